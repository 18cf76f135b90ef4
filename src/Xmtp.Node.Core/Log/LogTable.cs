using System.Collections.Concurrent;

namespace Xmtp.Node.Core.Log;

/// <summary>All logs that this node holds. The log's writer adds to it; everybody may read.</summary>
internal sealed class LogTable
{
    private readonly ConcurrentDictionary<Hash256, HeldLog> _byHash = new();
    private readonly ConcurrentDictionary<LogId, HeldLog> _byId = new();

    /// <summary>All of them, in no order.</summary>
    public IEnumerable<HeldLog> All => _byId.Values;

    public int Count => _byId.Count;

    public HeldLog this[LogId id] => _byId[id];

    public HeldLog? Find(Hash256 hash) => _byHash.GetValueOrDefault(hash);

    public HeldLog? Find(LogId id) => _byId.GetValueOrDefault(id);

    public void Add(HeldLog log)
    {
        _byId[log.Id] = log;
        _byHash[log.Hash] = log;
    }
}
