using System.Collections.Concurrent;
using System.Diagnostics;

namespace Xmtp.Node.Core.Log;

/// <summary>Append requests and entries at rest: as many as a busy node has in flight; more would only hold memory.</summary>
internal sealed class AppendRequestPool
{
    private readonly Idle<AppendRequest> _requests = new(countMax: 1024);
    private readonly Idle<PendingEntry> _entries = new(countMax: 4096);

    /// <summary>An empty request with one share, the caller's.</summary>
    public AppendRequest Rent(long receivedTimestamp, ActivityContext trace)
    {
        var request = _requests.TryTake() ?? new AppendRequest(this);
        request.Begin(receivedTimestamp, trace);
        return request;
    }

    public PendingEntry RentEntry() => _entries.TryTake() ?? new PendingEntry();

    public void Return(AppendRequest request) => _requests.Put(request);

    public void Return(PendingEntry entry)
    {
        entry.Clear();
        _entries.Put(entry);
    }

    private sealed class Idle<T>(int countMax)
        where T : class
    {
        private readonly ConcurrentQueue<T> _idle = new();
        private int _count;

        public T? TryTake()
        {
            if (!_idle.TryDequeue(out var item)) return null;
            Interlocked.Decrement(ref _count);
            return item;
        }

        public void Put(T item)
        {
            if (Interlocked.Increment(ref _count) <= countMax) _idle.Enqueue(item);
            else Interlocked.Decrement(ref _count);
        }
    }
}
