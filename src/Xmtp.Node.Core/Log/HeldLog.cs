using Xmtp.Node.Core.Keys;
using Xmtp.Node.Core.Storage;

namespace Xmtp.Node.Core.Log;

/// <summary>
/// A log that this node holds, and how far. The log's writer moves it after each commit; everybody may read it. What it says is
/// durable.
/// </summary>
internal sealed class HeldLog(StoredLog stored)
{
    private readonly Lock _lock = new();
    private LogEnd _end = stored.End;
    private SignedHead? _head = stored.Head;
    private volatile bool _isFrozen = stored.IsFrozen;

    /// <summary>Its number here.</summary>
    public LogId Id { get; } = stored.Id;

    /// <summary>Its name everywhere.</summary>
    public LogName Name { get; } = stored.Name;

    /// <summary>What stands for the name between nodes.</summary>
    public Hash256 Hash { get; } = stored.Name.ToHash();

    /// <summary>The originator's key.</summary>
    public NodePublicKey Key { get; } = stored.Key;

    /// <summary>Whether this node writes, or once wrote, it.</summary>
    public bool IsWritable { get; } = stored.IsWritable;

    /// <summary>Whether nothing more is appended, because the originator signed two histories.</summary>
    public bool IsFrozen => _isFrozen;

    /// <summary>Its last durable entry.</summary>
    public LogEnd End => Position.End;

    /// <summary>The last durable entry and the head at it, as of one moment.</summary>
    public (LogEnd End, SignedHead? Head) Position
    {
        get
        {
            lock (_lock) return (_end, _head);
        }
    }

    /// <summary>Moves it after a commit or a recovery.</summary>
    public void MoveTo(LogEnd end, SignedHead? head)
    {
        lock (_lock) (_end, _head) = (end, head);
    }

    /// <summary>Nothing more is appended from now on.</summary>
    public void Freeze() => _isFrozen = true;

    public override string ToString() => $"{Name}@{End.Sequence}";
}
