using Xmtp.Cryptography;

namespace Xmtp.Identity;

/// <summary>A wallet that lives elsewhere (browser extension, hardware, key service), reached through a function.</summary>
public sealed class DelegateWallet : IWallet
{
    private readonly Func<string, CancellationToken, ValueTask<byte[]>> _sign;

    /// <summary>Makes a wallet of its address and its signing function.</summary>
    /// <param name="address">The account that signs.</param>
    /// <param name="sign">Does what <see cref="IWallet.SignPersonalMessageAsync"/> says: 65 bytes in a fresh array.</param>
    public DelegateWallet(EthereumAddress address, Func<string, CancellationToken, ValueTask<byte[]>> sign)
    {
        ArgumentNullException.ThrowIfNull(sign);
        Address = address;
        _sign = sign;
    }

    /// <inheritdoc/>
    public EthereumAddress Address { get; }

    /// <inheritdoc/>
    public ValueTask<byte[]> SignPersonalMessageAsync(string text, CancellationToken cancellationToken = default) =>
        _sign(text, cancellationToken);

    /// <inheritdoc/>
    public override string ToString() => Address.ToString();
}
