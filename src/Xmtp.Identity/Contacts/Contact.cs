using Xmtp.Cryptography;

namespace Xmtp.Identity;

/// <summary>What an account advertises: its public keys, checked.</summary>
/// <param name="Address">The account, recovered from the wallet's signature. Compare it with the one that was looked up.</param>
/// <param name="Bundle">The keys in V2 form.</param>
/// <param name="V1Bundle">The keys in V1 form; null when they were born as V2, so that no V1 conversation is possible.</param>
/// <param name="IsV1">Whether the contact was published in a V1 layout: its owner knows V1 conversations only.</param>
public sealed record Contact(EthereumAddress Address, SignedPublicKeyBundle Bundle, PublicKeyBundleV1? V1Bundle, bool IsV1);
