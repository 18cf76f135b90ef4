using System.Collections.Concurrent;
using Xmtp.Node.Core.Keys;
using Xmtp.Node.Core.Log;
using Xmtp.Protocol.Network.V1;

namespace Xmtp.Node.Core.Network;

/// <summary>Reads ranges of logs for catching up, each over a connection of its own, so that live entries never wait behind them.</summary>
internal sealed class RangeReaders(IPeerTransport transport, EntriesGate gate, NetworkLoop loop) : IAsyncDisposable
{
    // Frames between the wire and the disk: enough to keep both busy, few enough to bound memory at some megabytes.
    private const int UncommittedMax = 8;

    private readonly ConcurrentDictionary<HeldLog, (CancellationTokenSource Stop, Task Task)> _running = new();

    /// <summary>The engine that is told.</summary>
    public NetworkEngine Engine { get; set; } = null!;

    public void Start(string address, NodeId holder, HeldLog log, ulong from)
    {
        Stop(log);
        var stop = new CancellationTokenSource();
        _running[log] = (stop, Task.Run(() => RunAsync(address, holder, log, from, stop.Token), CancellationToken.None));
    }

    public void Stop(HeldLog log)
    {
        if (_running.TryRemove(log, out var running)) running.Stop.Cancel();
    }

    public async ValueTask DisposeAsync()
    {
        foreach (var (stop, task) in _running.Values)
        {
            await stop.CancelAsync().ConfigureAwait(false);
            await task.ConfigureAwait(false);
        }
    }

    private async Task RunAsync(string address, NodeId holder, HeldLog log, ulong from, CancellationToken cancellationToken)
    {
        string? failure = null;
        var uncommitted = new SemaphoreSlim(UncommittedMax);
        try
        {
            var request = new ReadRangeRequest { Log = Google.Protobuf.ByteString.CopyFrom(log.Hash.ToArray()), From = from };
            await foreach (var frame in transport.ReadRangeAsync(address, holder, request, cancellationToken).ConfigureAwait(false))
            {
                var entries = gate.Check(frame);
                await uncommitted.WaitAsync(cancellationToken).ConfigureAwait(false);
                loop.Post(() => cancellationToken.IsCancellationRequested ? ValueTask.CompletedTask : Engine.RangeReceivedAsync(holder, entries, () => uncommitted.Release()));
                if (entries.Problem is not null) return;
            }

            for (var i = 0; i < UncommittedMax; i++) await uncommitted.WaitAsync(cancellationToken).ConfigureAwait(false);
        }
        catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
        {
            return;
        }
        catch (Exception e) when (e is IOException or OperationCanceledException)
        {
            failure = e.Message;
        }

        loop.Post(() =>
        {
            if (cancellationToken.IsCancellationRequested) return ValueTask.CompletedTask;
            _running.TryRemove(log, out _);
            return Engine.RangeEndedAsync(log, failure);
        });
    }
}
