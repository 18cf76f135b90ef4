using Xmtp.Node.Core.Log;
using Xmtp.Node.Core.Retention;

namespace Xmtp.Node.Core;

/// <summary>Bounds and policies of a <see cref="MessageService"/>. The defaults suit a public node.</summary>
public sealed record MessageServiceOptions
{
    /// <summary>Envelopes that may wait for one reader before it is ended.</summary>
    public int SubscriptionBufferMax { get; init; } = 1024;

    /// <summary>The same for a reader of all topics.</summary>
    public int SubscribeAllBufferMax { get; init; } = 4096;

    /// <summary>
    /// Message bytes of one answer, be it to a query or to a batch. A full page of the largest messages fits; only a batch, or
    /// a consent log of 500 huge rows, can be refused for it.
    /// </summary>
    public long ResponseBytesMax { get; init; } = 256L << 20;

    /// <summary>Queries of one batch that run at the same time.</summary>
    public int BatchQueryParallelism { get; init; } = Math.Min(8, Environment.ProcessorCount);

    /// <summary>
    /// Whether publishes are refused at first, until somebody who asked the node's peers says which log to write: what a node that is
    /// part of a network needs, since its store may be older than what it once acknowledged.
    /// </summary>
    public bool AwaitPeers { get; init; }

    /// <summary>How long envelopes are kept.</summary>
    public RetentionOptions Retention { get; init; } = new();

    /// <summary>Bounds of the log's writer.</summary>
    public LogWriterOptions Log { get; init; } = new();
}
