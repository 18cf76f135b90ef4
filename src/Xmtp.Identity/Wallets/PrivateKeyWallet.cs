using System.Buffers;
using System.Diagnostics.CodeAnalysis;
using System.Security.Cryptography;
using Xmtp.Cryptography;

namespace Xmtp.Identity;

/// <summary>A wallet whose key is held in this process: bots, services, tests. Disposing clears the key.</summary>
public sealed class PrivateKeyWallet : IWallet, IDisposable
{
    private readonly Secp256k1PrivateKey _key;

    /// <summary>Makes a wallet of its private key, which is copied.</summary>
    /// <param name="privateKey">32 bytes, big-endian.</param>
    /// <param name="provider">Does the cryptography; null for <see cref="CryptoProvider.Default"/>.</param>
    /// <exception cref="Protocol.Errors.XmtpException">The bytes are no valid key (MalformedData).</exception>
    public PrivateKeyWallet(ReadOnlySpan<byte> privateKey, CryptoProvider? provider = null)
        : this(new Secp256k1PrivateKey(privateKey, provider ?? CryptoProvider.Default))
    {
    }

    private PrivateKeyWallet(Secp256k1PrivateKey key)
    {
        _key = key;
        Address = key.PublicKey.Address;
    }

    /// <inheritdoc/>
    public EthereumAddress Address { get; }

    /// <summary>Makes a wallet with a new random key.</summary>
    /// <param name="provider">Does the cryptography; null for <see cref="CryptoProvider.Default"/>.</param>
    /// <param name="random">Source of the key; null for the system's.</param>
    public static PrivateKeyWallet Generate(CryptoProvider? provider = null, RandomNumberGenerator? random = null) =>
        new(Secp256k1PrivateKey.Generate(provider ?? CryptoProvider.Default, random));

    /// <summary>Makes a wallet of a private key in text, as configurations, environments and other tools have it.</summary>
    /// <param name="text">64 hex digits, with or without 0x, with or without white space around them.</param>
    /// <param name="wallet">The wallet.</param>
    /// <param name="provider">Does the cryptography; null for <see cref="CryptoProvider.Default"/>.</param>
    /// <returns>False for anything else, and for a number that is no private key.</returns>
    public static bool TryParse(ReadOnlySpan<char> text, [NotNullWhen(true)] out PrivateKeyWallet? wallet, CryptoProvider? provider = null)
    {
        wallet = null;
        var digits = text.Trim();
        if (digits.StartsWith("0x", StringComparison.OrdinalIgnoreCase)) digits = digits[2..];
        Span<byte> key = stackalloc byte[CryptoProvider.PrivateKeyLength];
        try
        {
            if (digits.Length != 2 * key.Length || Convert.FromHexString(digits, key, out _, out _) != OperationStatus.Done) return false;
            provider ??= CryptoProvider.Default;
            if (provider.IsValidPrivateKey(key)) wallet = new PrivateKeyWallet(key, provider);
            return wallet is not null;
        }
        finally
        {
            CryptographicOperations.ZeroMemory(key);
        }
    }

    /// <inheritdoc/>
    public ValueTask<byte[]> SignPersonalMessageAsync(string text, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(text);
        if (cancellationToken.IsCancellationRequested)
            return ValueTask.FromCanceled<byte[]>(cancellationToken);
        return new(_key.Sign(PersonalMessage.Digest(text)).ToWalletBytes());
    }

    /// <summary>Copies the private key out, 32 bytes, big-endian. Clear the array after use.</summary>
    public byte[] Export() => _key.Export();

    /// <inheritdoc/>
    public void Dispose() => _key.Dispose();

    /// <inheritdoc/>
    public override string ToString() => Address.ToString();
}
