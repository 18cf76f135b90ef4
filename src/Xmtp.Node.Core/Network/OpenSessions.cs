using System.Collections.Concurrent;
using Microsoft.Extensions.Logging;
using Xmtp.Node.Core.Keys;
using Xmtp.Node.Core.Membership;
using Xmtp.Protocol.Network.V1;

namespace Xmtp.Node.Core.Network;

/// <summary>Runs the connections: dials, reads, checks and writes, each on tasks of its own, and tells the engine step by step.</summary>
internal sealed class OpenSessions(IPeerTransport transport, EntriesGate gate, NetworkLoop loop, ILogger logger) : IAsyncDisposable
{
    // Frames of one connection that may wait for the engine: beyond it the connection is not read.
    private const int UnprocessedMax = 16;
    private static readonly TimeSpan s_dialPatience = TimeSpan.FromSeconds(10);
    private static readonly TimeSpan s_closePatience = TimeSpan.FromSeconds(2);

    private readonly ConcurrentDictionary<SessionId, OpenSession> _sessions = new();
    private readonly CancellationTokenSource _stop = new();
    private readonly ConcurrentDictionary<Task, bool> _tasks = new();
    private long _lastId;

    /// <summary>The engine that is told.</summary>
    public NetworkEngine Engine { get; set; } = null!;

    public void Dial(string address, NodeId? expected) => Track(Task.Run(async () =>
    {
        try
        {
            using var patience = CancellationTokenSource.CreateLinkedTokenSource(_stop.Token);
            patience.CancelAfter(s_dialPatience);
            var connection = await transport.DialAsync(address, expected, patience.Token).ConfigureAwait(false);
            await RunAsync(connection, address, _stop.Token).ConfigureAwait(false);
        }
        catch (Exception e) when (e is IOException or OperationCanceledException or TimeoutException)
        {
            loop.Post(() => Engine.DialFailedAsync(address, expected, e is OperationCanceledException ? "no answer in time" : e.Message));
        }
    }));

    /// <summary>Serves a connection that another node opened, to its end.</summary>
    public Task ServeAsync(IPeerConnection connection, CancellationToken cancellationToken) => RunAsync(connection, null, cancellationToken);

    public void Send(SessionId id, Frame frame)
    {
        if (!_sessions.TryGetValue(id, out var session) || session.TrySend(frame)) return;
        Close(id, "it does not read what it is sent");
        loop.Post(() => Engine.SessionClosedAsync(id, "it does not read what it is sent"));
    }

    public void Close(SessionId id, string reason)
    {
        if (!_sessions.TryRemove(id, out var session)) return;
        logger.SessionEnded(session.Connection.RemoteAddress, reason);
        session.Complete();
    }

    public async ValueTask DisposeAsync()
    {
        foreach (var session in _sessions.Values) session.Complete();
        await Task.WhenAll(_tasks.Keys).WaitAsync(s_closePatience).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        await _stop.CancelAsync().ConfigureAwait(false);
        await Task.WhenAll(_tasks.Keys).WaitAsync(s_closePatience).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        _stop.Dispose();
    }

    private void Track(Task task)
    {
        _tasks[task] = true;
        _ = task.ContinueWith(done => _tasks.TryRemove(done, out _), CancellationToken.None, TaskContinuationOptions.ExecuteSynchronously, TaskScheduler.Default);
    }

    private async Task RunAsync(IPeerConnection connection, string? dialledAddress, CancellationToken cancellationToken)
    {
        await using (connection.ConfigureAwait(false))
        {
            // Not disposed: a session may be closed at the very moment of its end.
            var end = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, _stop.Token);
            var session = new OpenSession(new SessionId(Interlocked.Increment(ref _lastId)), connection, dialledAddress)
            {
                Completed = () => end.CancelAfter(s_closePatience),
            };
            _sessions[session.Id] = session;
            await loop.RunAsync(() => Engine.SessionOpenedAsync(session.Id, connection.RemoteKey, connection.IsOutbound, dialledAddress, connection.RemoteAddress)).ConfigureAwait(false);
            var writing = WriteAsync(session, end);
            var reason = await ReadAsync(session, end.Token).ConfigureAwait(false);
            session.Complete();
            await writing.ConfigureAwait(false);
            // Removed by the engine's own close, if that came first: then it knows.
            if (!_sessions.TryRemove(session.Id, out _)) return;
            logger.SessionEnded(connection.RemoteAddress, reason);
            loop.Post(() => Engine.SessionClosedAsync(session.Id, reason));
        }
    }

    private async Task<string> ReadAsync(OpenSession session, CancellationToken cancellationToken)
    {
        using var unprocessed = new SemaphoreSlim(UnprocessedMax);
        try
        {
            await foreach (var frame in session.Connection.ReadAllAsync(cancellationToken).ConfigureAwait(false))
            {
                var entries = frame.FrameCase == Frame.FrameOneofCase.Entries ? gate.Check(frame.Entries) : null;
                await unprocessed.WaitAsync(cancellationToken).ConfigureAwait(false);
                loop.Post(async () =>
                {
                    try
                    {
                        await Engine.FrameReceivedAsync(session.Id, frame, entries).ConfigureAwait(false);
                    }
                    finally
                    {
                        Release(unprocessed);
                    }
                });
            }

            return "the other side ended it";
        }
        catch (Exception e) when (e is IOException or OperationCanceledException)
        {
            return e is OperationCanceledException ? "it was ended here" : e.Message;
        }
    }

    private static void Release(SemaphoreSlim unprocessed)
    {
        try
        {
            unprocessed.Release();
        }
        catch (ObjectDisposedException)
        {
            // The connection ended while its last frames were on their way.
        }
    }

    private static async Task WriteAsync(OpenSession session, CancellationTokenSource end)
    {
        try
        {
            await session.WriteAllAsync(end.Token).ConfigureAwait(false);
        }
        catch (Exception e) when (e is IOException or OperationCanceledException)
        {
            // The reader ends for the same reason and says so.
        }

        // Completed: all that was queued is written, and this side is done.
        await end.CancelAsync().ConfigureAwait(false);
    }
}
