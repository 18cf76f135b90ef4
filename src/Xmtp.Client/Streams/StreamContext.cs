using Microsoft.Extensions.Logging;
using Xmtp.Client.Network;

namespace Xmtp.Client.Streams;

/// <summary>What the streams of one client share, and which of them are open.</summary>
internal sealed class StreamContext(
    NodeConnection connection, SenderClock clock, TimeProvider timeProvider, ulong clockSkewNs, int bufferedMax, ILogger logger) : IAsyncDisposable
{
    private readonly Lock _gate = new();
    private readonly HashSet<IAsyncDisposable> _open = [];

    public NodeConnection Connection => connection;

    public SenderClock Clock => clock;

    public TimeProvider TimeProvider => timeProvider;

    public ulong ClockSkewNs => clockSkewNs;

    public int BufferedMax => bufferedMax;

    public ILogger Logger => logger;

    public void Opened(IAsyncDisposable stream)
    {
        lock (_gate) _open.Add(stream);
        connection.Metrics.StreamOpened();
    }

    public void Closed(IAsyncDisposable stream)
    {
        lock (_gate)
        {
            // One whose opening failed was never in.
            if (!_open.Remove(stream)) return;
        }

        connection.Metrics.StreamClosed();
    }

    public async ValueTask DisposeAsync()
    {
        IAsyncDisposable[] open;
        lock (_gate) open = [.. _open];
        foreach (var stream in open) await stream.DisposeAsync().ConfigureAwait(false);
    }
}
