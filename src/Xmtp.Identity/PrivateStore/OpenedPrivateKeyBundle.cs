namespace Xmtp.Identity;

/// <summary>A stored identity, opened.</summary>
/// <param name="Bundle">The keys. The receiver disposes them.</param>
/// <param name="Upgrade">
/// When the stored bytes had one of the layouts of 2022: the same keys in the current layout, under the same wallet signature,
/// to be published to the same topic so that later clients need not know the old ones. Null when there is nothing to do.
/// </param>
public sealed record OpenedPrivateKeyBundle(PrivateKeyBundle Bundle, ReadOnlyMemory<byte>? Upgrade);
