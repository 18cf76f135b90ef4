using Xmtp.Protocol;

namespace Xmtp.Cli.Bench;

/// <summary>How much is measured. Bounded, so that a public node is measured and not loaded.</summary>
internal sealed record BenchOptions
{
    /// <summary>Most messages: a third of what a node with the usual limits lets a rested client publish at once.</summary>
    public const int MessagesMax = 1000;

    /// <summary>Most bytes of one message.</summary>
    public const int SizeMax = Limits.MessageLengthMaxBytes;

    /// <summary>Most calls under way at once.</summary>
    public const int ConcurrencyMax = 32;

    /// <summary>Most bytes of all messages, which the node keeps.</summary>
    public const long BytesMax = 32 << 20;

    /// <summary>Most messages of the part that waits for each on a stream, and most queries.</summary>
    public const int ShortPartMax = 100;

    /// <summary>Messages to publish.</summary>
    public int Messages { get; init; } = 100;

    /// <summary>Bytes of each.</summary>
    public int Size { get; init; } = 256;

    /// <summary>Calls under way at once.</summary>
    public int Concurrency { get; init; } = 4;

    /// <summary>Messages of the part with a stream, and queries.</summary>
    public int ShortPart => Math.Min(Messages, ShortPartMax);

    /// <summary>How long one answer may take.</summary>
    public TimeSpan Patience { get; init; } = TimeSpan.FromSeconds(20);

    /// <summary>The clock.</summary>
    public TimeProvider Time { get; init; } = TimeProvider.System;
}
