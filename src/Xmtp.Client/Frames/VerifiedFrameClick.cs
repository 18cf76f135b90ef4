using Xmtp.Cryptography;

namespace Xmtp.Client.Frames;

/// <summary>A click whose signature holds.</summary>
/// <param name="Account">Who clicked, recovered from the wallet's signature.</param>
/// <param name="Click">What they did.</param>
/// <param name="TimestampMs">When, milliseconds since 1970, by their own clock.</param>
public sealed record VerifiedFrameClick(EthereumAddress Account, FrameClick Click, ulong TimestampMs);
