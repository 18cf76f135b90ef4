using System.Collections.Concurrent;
using System.Diagnostics;

namespace Xmtp.Node.Core.Log;

/// <summary>Append requests at rest.</summary>
internal sealed class AppendRequestPool
{
    /// <summary>As many as a busy node has in flight; more would only hold memory.</summary>
    private const int CountMax = 1024;

    private readonly ConcurrentQueue<AppendRequest> _idle = new();
    private int _count;

    /// <summary>An empty request with one share, the caller's.</summary>
    public AppendRequest Rent(long receivedTimestamp, ActivityContext trace)
    {
        if (_idle.TryDequeue(out var request)) Interlocked.Decrement(ref _count);
        else request = new AppendRequest(this);
        request.Begin(receivedTimestamp, trace);
        return request;
    }

    public void Return(AppendRequest request)
    {
        if (Interlocked.Increment(ref _count) <= CountMax) _idle.Enqueue(request);
        else Interlocked.Decrement(ref _count);
    }
}
