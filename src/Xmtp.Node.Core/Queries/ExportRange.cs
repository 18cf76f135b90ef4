using Xmtp.Node.Core.Log;

namespace Xmtp.Node.Core.Queries;

/// <summary>Which envelopes are wanted.</summary>
public sealed record ExportRange
{
    /// <summary>What their topics begin with; empty for all.</summary>
    public string TopicPrefix { get; init; } = string.Empty;

    /// <summary>The earliest sender time, in nanoseconds since 1970.</summary>
    public ulong FromNs { get; init; }

    /// <summary>The latest sender time.</summary>
    public ulong ToNs { get; init; } = ulong.MaxValue;

    /// <summary>The log of the last envelope that the reader has; zeros for none. Logs come in the order of these hashes.</summary>
    public Hash256 AfterLog { get; init; }

    /// <summary>Its number in that log.</summary>
    public ulong AfterSequence { get; init; }
}
