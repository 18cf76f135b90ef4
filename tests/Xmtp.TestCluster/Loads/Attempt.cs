using Xmtp.Node.Core.Log;

namespace Xmtp.TestCluster.Loads;

/// <summary>One envelope that somebody tried to publish, and what is known of it.</summary>
public sealed class Attempt
{
    private readonly Lock _lock = new();
    private readonly HashSet<int> _nodes = [];
    private bool _reachedPeers;
    private bool _isConfirmed;

    internal Attempt(Hash256 id, string topic, ulong timeNs) => (Id, Topic, TimeNs) = (id, topic, timeNs);

    /// <summary>The envelope.</summary>
    public Hash256 Id { get; }

    /// <summary>Its topic.</summary>
    public string Topic { get; }

    /// <summary>Its time.</summary>
    public ulong TimeNs { get; }

    /// <summary>Whether it must be on every node: acknowledged, and no more stores were destroyed than the level promised to survive.</summary>
    public bool IsRequired
    {
        get
        {
            lock (_lock) return _isConfirmed || _reachedPeers || _nodes.Count > 0;
        }
    }

    /// <summary>A node acknowledged it.</summary>
    /// <param name="node">The node.</param>
    /// <param name="peers">On how many others it is.</param>
    public void Acknowledge(int node, int peers)
    {
        lock (_lock)
        {
            _nodes.Add(node);
            _reachedPeers |= peers > 0;
        }
    }

    /// <summary>It was found on every node: from now on it must be there.</summary>
    public void Confirm()
    {
        lock (_lock) _isConfirmed = true;
    }

    /// <summary>A node's store was destroyed: what only that one had promised may be gone.</summary>
    public void StoreDestroyed(int node)
    {
        lock (_lock) _nodes.Remove(node);
    }
}
