using Xmtp.Cryptography;

namespace Xmtp.Identity;

/// <summary>What a token said, once its signatures were found right. Its age is not part of that.</summary>
/// <param name="Wallet">The account.</param>
/// <param name="CreatedNs">Nanoseconds since 1970, as the client dated it.</param>
internal sealed record VerifiedToken(EthereumAddress Wallet, ulong CreatedNs);
