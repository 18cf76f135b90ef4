namespace Xmtp.Client.Consent;

/// <summary>Decisions that arrived, possibly made on another device.</summary>
/// <param name="Changed">The entries whose state changed, with the new state.</param>
public sealed record ConsentUpdate(IReadOnlyDictionary<ConsentEntry, ConsentState> Changed);
