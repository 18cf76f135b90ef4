namespace Xmtp.Node.Core.Log;

/// <summary>Bounds of a log's writer.</summary>
public sealed record LogWriterOptions
{
    /// <summary>Entries of one commit. Beyond a few hundred a batch gains nothing and only waits longer.</summary>
    public int BatchEntriesMax { get; init; } = 512;

    /// <summary>Bytes of one commit; a single larger request still goes whole.</summary>
    public int BatchBytesMax { get; init; } = 4 << 20;

    /// <summary>Requests that may wait; further callers wait for room.</summary>
    public int QueueLengthMax { get; init; } = 4096;

    /// <summary>Latest entries kept in memory for live readers; a power of two.</summary>
    public int TailEntriesMax { get; init; } = 8192;

    /// <summary>Message bytes of those.</summary>
    public long TailBytesMax { get; init; } = 16 << 20;

    /// <summary>Pause after a first vain attempt to bring a failed store back; it doubles with every further one, since reads wait meanwhile.</summary>
    public TimeSpan RecoveryPause { get; init; } = TimeSpan.FromSeconds(1);

    /// <summary>Longest of these pauses.</summary>
    public TimeSpan RecoveryPauseMax { get; init; } = TimeSpan.FromSeconds(30);
}
