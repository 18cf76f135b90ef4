using System.Buffers;
using System.Collections.Concurrent;
using System.Globalization;
using System.IO.Pipelines;
using Microsoft.AspNetCore.Connections;
using Xmtp.Cli.Content;
using Xmtp.Client;
using Xmtp.Client.Inboxes;

namespace Xmtp.Cli.Serving;

/// <summary>
/// One program on the socket. Its requests are handled one after the other, so answers come in their order, and it writes no faster than
/// they are done; events come between answers.
/// </summary>
internal sealed class SocketConnection(ConnectionContext connection, XmtpClient client, RpcDispatcher dispatcher, TimeProvider time) : IRpcSession, IDisposable
{
    private const int SubscriptionsMax = 16;

    private readonly SemaphoreSlim _writing = new(1, 1);
    private readonly ConcurrentDictionary<string, (CancellationTokenSource Stop, Task Feed)> _subscriptions = new();
    private readonly Queue<TaskCompletionSource> _begun = new();
    private CancellationToken _ended;
    private int _count;

    /// <summary>Serves it until it goes or the server stops.</summary>
    public async Task RunAsync(CancellationToken stopping)
    {
        using var ended = CancellationTokenSource.CreateLinkedTokenSource(stopping, connection.ConnectionClosed);
        _ended = ended.Token;
        try
        {
            await using var lines = new LineReader(connection.Transport.Input, RpcDispatcher.RequestLengthMaxBytes);
            while (await lines.ReadAsync(_ended) is { } line)
            {
                if (line.Length > 0 && await dispatcher.HandleAsync(line, this, _ended) is { } answer) await WriteAsync(answer, _ended);

                // Events begin behind the answer that names their subscription.
                while (_begun.TryDequeue(out var begin)) begin.SetResult();
            }
        }
        catch (Exception failure) when (failure is OperationCanceledException or IOException or InvalidDataException or TimeoutException or ConnectionResetException)
        {
            // It is gone, or sends what nobody can read; either way it is this connection's end alone.
        }
        finally
        {
            await ended.CancelAsync();
            foreach (var name in _subscriptions.Keys) await UnsubscribeAsync(name);
        }
    }

    public string Subscribe(InboxCursor after, bool withData)
    {
        if (_subscriptions.Count >= SubscriptionsMax) throw new RpcException(RpcException.InvalidParams, $"A connection has at most {SubscriptionsMax} subscriptions.");
        var name = (++_count).ToString(CultureInfo.InvariantCulture);
        var stop = CancellationTokenSource.CreateLinkedTokenSource(_ended);
        var begin = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        _begun.Enqueue(begin);
        _subscriptions[name] = (stop, FeedAsync(name, after, withData, begin.Task, stop.Token));
        return name;
    }

    public async Task<bool> UnsubscribeAsync(string subscription)
    {
        if (!_subscriptions.TryRemove(subscription, out var running)) return false;
        await running.Stop.CancelAsync();
        await running.Feed;
        running.Stop.Dispose();
        return true;
    }

    public void Dispose() => _writing.Dispose();

    private async Task FeedAsync(string name, InboxCursor after, bool withData, Task begin, CancellationToken cancellationToken)
    {
        try
        {
            await begin.WaitAsync(cancellationToken);
            await new EventFeed(client, name, withData).RunAsync(after, (form, token) => WriteAsync(RpcDispatcher.Notification(form), token), cancellationToken);
        }
        catch (OperationCanceledException)
        {
            // Unsubscribed, or the end.
        }
        catch (Exception failure)
        {
            // A gap would be worse than an end: the program connects again and goes on from its cursor.
            connection.Abort(new ConnectionAbortedException("events ended", failure));
        }
    }

    private async Task WriteAsync(ReadOnlyMemory<byte> json, CancellationToken cancellationToken)
    {
        await _writing.WaitAsync(cancellationToken);
        try
        {
            var output = connection.Transport.Output;
            output.Write(json.Span);
            output.Write("\n"u8);
            FlushResult flushed;
            try
            {
                flushed = await output.FlushAsync(cancellationToken).AsTask().WaitAsync(EventFeed.Patience, time, cancellationToken);
            }
            catch (TimeoutException)
            {
                connection.Abort(new ConnectionAbortedException("it reads nothing"));
                throw;
            }

            if (flushed.IsCompleted) throw new OperationCanceledException("It is gone.");
        }
        finally
        {
            _writing.Release();
        }
    }
}
