using Xmtp.Protocol.Errors;

namespace Xmtp.Cryptography;

/// <summary>A secp256k1 signature in compact form with the recovery id that leads back to its signer.</summary>
public sealed class EcdsaSignature : IEquatable<EcdsaSignature>
{
    /// <summary>Length of the form wallets give: <c>R || S || v</c>.</summary>
    public const int WalletLength = CryptoProvider.SignatureLength + 1;

    private readonly byte[] _bytes;

    /// <summary>Takes a compact signature.</summary>
    /// <param name="bytes">64 bytes, <c>R || S</c>. Whether they are in range shows when the signature is verified.</param>
    /// <param name="recovery">0 or 1.</param>
    /// <exception cref="XmtpException">MalformedData: another length or recovery id.</exception>
    public EcdsaSignature(ReadOnlySpan<byte> bytes, int recovery)
    {
        if (bytes.Length != CryptoProvider.SignatureLength)
            throw new XmtpException(ErrorCatalogue.MalformedData, $"a signature has {CryptoProvider.SignatureLength} bytes, not {bytes.Length}");
        if (recovery is not (0 or 1))
            throw new XmtpException(ErrorCatalogue.MalformedData, $"a recovery id is 0 or 1, not {recovery}");
        _bytes = bytes.ToArray();
        Recovery = recovery;
    }

    /// <summary>64 bytes, <c>R || S</c>, each a big-endian number.</summary>
    public ReadOnlyMemory<byte> Bytes => _bytes;

    /// <summary>0 or 1: which of the two possible signers it was.</summary>
    public int Recovery { get; }

    /// <summary>Reads what a wallet gives, <c>R || S || v</c> with v 27 or 28, or 0 or 1 from some hardware wallets.</summary>
    /// <exception cref="XmtpException">MalformedData: not 65 bytes, or another v.</exception>
    public static EcdsaSignature FromWallet(ReadOnlySpan<byte> signature)
    {
        if (signature.Length != WalletLength)
            throw new XmtpException(ErrorCatalogue.MalformedData, $"a wallet signature has {WalletLength} bytes, not {signature.Length}");
        int v = signature[^1];
        if (v is not (0 or 1 or 27 or 28))
            throw new XmtpException(ErrorCatalogue.MalformedData, $"the last byte of a wallet signature is 27 or 28, or 0 or 1, not {v}");
        return new EcdsaSignature(signature[..^1], v % 27);
    }

    /// <summary>The form wallets give, 65 bytes, v being 27 or 28.</summary>
    public byte[] ToWalletBytes() => [.. _bytes, (byte)(27 + Recovery)];

    /// <inheritdoc/>
    public bool Equals(EcdsaSignature? other) => other is not null && Recovery == other.Recovery && _bytes.AsSpan().SequenceEqual(other._bytes);

    /// <inheritdoc/>
    public override bool Equals(object? obj) => Equals(obj as EcdsaSignature);

    /// <inheritdoc/>
    public override int GetHashCode()
    {
        var hash = new HashCode();
        hash.AddBytes(_bytes);
        hash.Add(Recovery);
        return hash.ToHashCode();
    }

    /// <summary>Lower-case hex of the 64 bytes, a colon, the recovery id.</summary>
    public override string ToString() => $"{Convert.ToHexStringLower(_bytes)}:{Recovery}";

    /// <summary>Whether bytes and recovery id are the same.</summary>
    public static bool operator ==(EcdsaSignature? left, EcdsaSignature? right) => left is null ? right is null : left.Equals(right);

    /// <summary>Whether bytes or recovery id differ.</summary>
    public static bool operator !=(EcdsaSignature? left, EcdsaSignature? right) => !(left == right);
}
