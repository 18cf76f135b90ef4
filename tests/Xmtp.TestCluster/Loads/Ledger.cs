using System.Collections.Concurrent;
using Xmtp.Node.Core.Log;

namespace Xmtp.TestCluster.Loads;

/// <summary>All that was ever tried to be published, written down before it is sent.</summary>
public sealed class Ledger
{
    private readonly ConcurrentDictionary<Hash256, Attempt> _attempts = new();
    private long _acknowledged;

    /// <summary>Everything.</summary>
    public ICollection<Attempt> Attempts => _attempts.Values;

    /// <summary>How many were acknowledged so far.</summary>
    public long Acknowledged => Interlocked.Read(ref _acknowledged);

    /// <summary>All topics.</summary>
    public IReadOnlyCollection<string> Topics => _attempts.Values.Select(static attempt => attempt.Topic).ToHashSet(StringComparer.Ordinal);

    /// <summary>An envelope is about to be sent.</summary>
    public Attempt Begin(string topic, ulong timeNs, ReadOnlySpan<byte> message)
    {
        var attempt = new Attempt(EnvelopeId.Of(topic, timeNs, message), topic, timeNs);
        return _attempts.GetOrAdd(attempt.Id, attempt);
    }

    /// <summary>A node acknowledged envelopes.</summary>
    public void Acknowledge(IReadOnlyCollection<Attempt> attempts, int node, int peers)
    {
        foreach (var attempt in attempts) attempt.Acknowledge(node, peers);
        Interlocked.Add(ref _acknowledged, attempts.Count);
    }

    /// <summary>Whether somebody tried to publish it.</summary>
    public Attempt? Find(Hash256 id) => _attempts.GetValueOrDefault(id);

    /// <summary>A node's store was destroyed.</summary>
    public void StoreDestroyed(int node)
    {
        foreach (var attempt in _attempts.Values) attempt.StoreDestroyed(node);
    }
}
