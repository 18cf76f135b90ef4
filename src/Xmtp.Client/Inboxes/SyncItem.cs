using Xmtp.Protocol.MessageApi.V1;

namespace Xmtp.Client.Inboxes;

/// <summary>What the network brought, in the order in which it has to become durable.</summary>
internal abstract record SyncItem
{
    /// <summary>An envelope.</summary>
    public sealed record Received(Envelope Envelope) : SyncItem;

    /// <summary>Everything that these topics held was received.</summary>
    public sealed record HistoryRead(string[] Topics) : SyncItem;

    /// <summary>Streams can go on from here: all at or below it was received.</summary>
    /// <param name="Position">The position; null when there is none any more.</param>
    /// <param name="ThroughOrdinal">Conversations that were found later are not covered.</param>
    /// <param name="Uncovered">Nor are these topics.</param>
    public sealed record Moved(string? Position, ulong ThroughOrdinal, string[] Uncovered) : SyncItem;

    /// <summary>Something waits elsewhere: conversations, decisions.</summary>
    public sealed record Woken : SyncItem;
}
