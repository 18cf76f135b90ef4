using Xmtp.Node.Core.Keys;
using Xmtp.Node.Core.Log;

namespace Xmtp.Node.Core.Ingest;

/// <summary>Up to where other nodes have this node's own logs on stable storage, and who waits for them. Safe for concurrent use.</summary>
internal sealed class AcknowledgementTable
{
    private readonly Lock _lock = new();
    private readonly Dictionary<(LogId Log, NodeId Node), ulong> _watermarks = [];
    private readonly HashSet<Waiter> _waiters = [];

    private sealed class Waiter(EntryPlace place, int count)
    {
        public EntryPlace Place { get; } = place;

        public int Count { get; } = count;

        public TaskCompletionSource Reached { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);
    }

    /// <summary>Notes that a node has a log up to a number. It never goes back, but by <see cref="Forget"/>.</summary>
    public void Report(LogId log, NodeId node, ulong watermark)
    {
        lock (_lock)
        {
            if (_watermarks.TryGetValue((log, node), out var known) && known >= watermark) return;
            _watermarks[(log, node)] = watermark;
            if (_waiters.Count == 0) return;
            foreach (var waiter in _waiters.Where(waiter => waiter.Place.Log == log && CountNodes(waiter.Place) >= waiter.Count).ToList())
            {
                _waiters.Remove(waiter);
                waiter.Reached.TrySetResult();
            }
        }
    }

    /// <summary>What a node once said counts no more: it may have lost its disk, and will say anew what it has.</summary>
    public void Forget(NodeId node)
    {
        lock (_lock)
            foreach (var key in _watermarks.Keys.Where(key => key.Node == node).ToList()) _watermarks.Remove(key);
    }

    /// <summary>How many nodes have an entry.</summary>
    public int Count(EntryPlace place)
    {
        lock (_lock) return CountNodes(place);
    }

    /// <summary>Waits until so many nodes have an entry.</summary>
    /// <returns>False when the patience ran out.</returns>
    public async Task<bool> WaitAsync(EntryPlace place, int count, TimeSpan patience, TimeProvider time, CancellationToken cancellationToken)
    {
        var waiter = new Waiter(place, count);
        lock (_lock)
        {
            if (CountNodes(place) >= count) return true;
            _waiters.Add(waiter);
        }

        try
        {
            await waiter.Reached.Task.WaitAsync(patience, time, cancellationToken).ConfigureAwait(false);
            return true;
        }
        catch (TimeoutException)
        {
            return false;
        }
        finally
        {
            lock (_lock) _waiters.Remove(waiter);
        }
    }

    private int CountNodes(EntryPlace place) => _watermarks.Count(pair => pair.Key.Log == place.Log && pair.Value >= place.Sequence);
}
