using System.Diagnostics.CodeAnalysis;
using Xmtp.Node.Core.Log;
using Xmtp.Protocol.MessageApi.V1;

namespace Xmtp.Node.Core.Subscriptions;

/// <summary>One log of a <see cref="LogReplay"/>: what was read of it and not yet given out.</summary>
internal sealed class ReplayedLog(ReplayRange range)
{
    private readonly Queue<(ulong Sequence, Envelope Envelope)> _read = new();
    private ulong _lastRead = range.After;
    private ulong _time;

    public HeldLog Log => range.Log;

    /// <summary>The next entry to read.</summary>
    public ulong Next => _lastRead + 1;

    /// <summary>How many are to be read.</summary>
    public ulong Left => range.End - _lastRead;

    /// <summary>Up to where all that readers see was given out.</summary>
    public ulong Passed => _read.TryPeek(out var next) ? next.Sequence - 1 : _lastRead;

    /// <summary>Whether nothing can be given out before more was read.</summary>
    public bool IsDry => _read.Count == 0 && Left > 0;

    /// <summary>When its next envelope was sent; no earlier than those before, since a log keeps its order.</summary>
    /// <param name="time">Nanoseconds since 1970.</param>
    public bool TryPeekTime(out ulong time)
    {
        time = _read.TryPeek(out var next) ? Math.Max(_time, next.Envelope.TimestampNs) : 0;
        return _read.Count > 0;
    }

    public bool TryTake([NotNullWhen(true)] out Envelope? envelope)
    {
        (envelope, var isThere) = _read.TryDequeue(out var next) ? (next.Envelope, true) : (null, false);
        if (isThere) _time = Math.Max(_time, envelope!.TimestampNs);
        return isThere;
    }

    /// <summary>Notes what an entry that was read shows; null for nothing.</summary>
    public void Add(ulong sequence, Envelope? envelope)
    {
        _lastRead = sequence;
        if (envelope is not null) _read.Enqueue((sequence, envelope));
    }
}
