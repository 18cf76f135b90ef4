using Xmtp.Cryptography;

namespace Xmtp.Identity;

/// <summary>
/// The account's wallet: it signs an identity into being and unlocks the keys stored on the network. Every call may show the
/// person a prompt, so this library asks only for the two texts of <see cref="SignatureTexts"/>.
/// </summary>
/// <remarks>
/// Only externally owned accounts work: the network recovers the signer from the signature, which a contract wallet
/// (ERC-1271) does not allow. The wallet must sign deterministically (RFC 6979), because the signature of one text is the key
/// that the stored identity is encrypted with.
/// </remarks>
public interface IWallet
{
    /// <summary>The account.</summary>
    EthereumAddress Address { get; }

    /// <summary>Signs <paramref name="text"/> as an Ethereum personal message (EIP-191).</summary>
    /// <param name="text">What the person is shown and signs.</param>
    /// <param name="cancellationToken">Gives up waiting for the person.</param>
    /// <returns>
    /// 65 bytes, <c>R || S || v</c> with v 27, 28, 0 or 1. The array passes to the caller, who clears it: return a fresh one.
    /// </returns>
    ValueTask<byte[]> SignPersonalMessageAsync(string text, CancellationToken cancellationToken = default);
}
