using System.Threading.Channels;
using Xmtp.Client.Conversations;
using Xmtp.Client.Messages;
using Xmtp.Protocol.MessageApi.V1;

namespace Xmtp.Client.Streams;

/// <summary>
/// What arrives from now on, until it is disposed or the token it was opened with is cancelled. The subscription is live
/// when the opening call returns. A lost connection is made again for ever, and what was published meanwhile is fetched;
/// each item comes once. Items wait in a small buffer: a slow reader slows the stream down and loses nothing that the
/// network stores.
/// </summary>
/// <typeparam name="T">What arrives.</typeparam>
/// <example><code>
/// await using var stream = await client.Conversations.StreamAllMessagesAsync(cancellationToken);
/// await foreach (var message in stream) Console.WriteLine($"{message.Sender}: {message.Content}");
/// </code></example>
public sealed class LiveStream<T> : IAsyncEnumerable<T>, IAsyncDisposable
    where T : class
{
    // Copies of a message on other topics come soon after it, those from a node that lags behind come later; about 6 MB when
    // that many were delivered. What any node can bring again that goes on from the position is kept beyond this.
    private const int SeenMax = 65_536;

    private readonly StreamContext _context;
    private readonly Func<Envelope, T?> _handle;
    private readonly FollowedTopics _topics;
    private readonly EnvelopeFeed _feed;
    private readonly Channel<T> _items;
    private readonly SeenMessages _seen;
    private readonly Lock _stateGate = new();
    private volatile ConnectionState _state;
    private CancellationTokenRegistration _cancellation;
    private int _disposed;

    internal LiveStream(StreamContext context, Func<Envelope, T?> handle, int seenMax = SeenMax)
    {
        _seen = new SeenMessages(seenMax);
        (_context, _handle) = (context, handle);
        _topics = new FollowedTopics(context.ClockSkewNs);
        _items = Channel.CreateBounded<T>(new BoundedChannelOptions(context.BufferedMax) { SingleReader = false });
        _feed = new EnvelopeFeed(context, _topics, DeliverAsync, Change, PositionMoved);
    }

    /// <summary>How the stream stands with its node.</summary>
    public ConnectionState State => _state;

    /// <summary>
    /// The connection was lost, is back, or the stream is over. Raised on the stream's own task, so a handler must not block.
    /// </summary>
    public event EventHandler<ConnectionChangedEventArgs>? ConnectionChanged;

    /// <summary>
    /// The items. Ends when the stream is disposed, after those that are buffered. Several readers share the items among them.
    /// </summary>
    /// <exception cref="OperationCanceledException">A token was cancelled.</exception>
    public async IAsyncEnumerator<T> GetAsyncEnumerator(CancellationToken cancellationToken = default)
    {
        await foreach (var item in _items.Reader.ReadAllAsync(cancellationToken).ConfigureAwait(false)) yield return item;
    }

    /// <summary>Ends the subscription. What is buffered can still be read.</summary>
    public async ValueTask DisposeAsync()
    {
        if (Interlocked.Exchange(ref _disposed, 1) != 0) return;
        _items.Writer.TryComplete();
        await _cancellation.DisposeAsync().ConfigureAwait(false);
        await _feed.DisposeAsync().ConfigureAwait(false);
        Change(ConnectionState.Closed, null);
        _context.Closed(this);
        Closed?.Invoke();
    }

    /// <summary>Called when the stream is over, to undo what was set up for it.</summary>
    internal Action? Closed { get; set; }

    /// <summary>Adds a topic before the stream is opened.</summary>
    /// <param name="topic">The topic.</param>
    /// <param name="nowNs">When the stream begins; gaps may be read from shortly before on.</param>
    internal void Follow(string topic, ulong nowNs) => _topics.Add(topic, nowNs - Math.Min(nowNs, _context.ClockSkewNs), isRead: true);

    /// <summary>Adds a topic to the open stream and delivers what was published there since a time.</summary>
    internal void FollowMore(string topic, ulong sinceNs)
    {
        if (_topics.Add(topic, sinceNs, isRead: false)) _feed.TopicAdded();
    }

    /// <summary>Subscribes, and begins to deliver until disposed or cancelled.</summary>
    /// <param name="newSinceNs">
    /// What is older is noted as seen before anything is delivered. Gaps are read with some overlap, for clocks that differ,
    /// and would bring it otherwise. Null where the handler tells old from new by itself.
    /// </param>
    /// <param name="cancellationToken">Ends the opening, and later the stream.</param>
    internal async Task<LiveStream<T>> OpenAsync(ulong? newSinceNs, CancellationToken cancellationToken)
    {
        try
        {
            if (newSinceNs is { } sinceNs) await NoteOlderAsync(sinceNs, cancellationToken).ConfigureAwait(false);
            await _feed.OpenAsync(cancellationToken).ConfigureAwait(false);
            _context.Opened(this);
            _feed.Start(Complete);
            _cancellation = cancellationToken.UnsafeRegister(static (state, token) => ((LiveStream<T>)state!).Cancel(token), this);
            return this;
        }
        catch
        {
            await DisposeAsync().ConfigureAwait(false);
            throw;
        }
    }

    private async Task NoteOlderAsync(ulong sinceNs, CancellationToken cancellationToken)
    {
        await foreach (var envelope in _context.Connection.ReadManyAsync(_topics.Gaps(_topics.Names), beside: null, cancellationToken).ConfigureAwait(false))
        {
            if (envelope.TimestampNs < sinceNs && _handle(envelope) is not null) NoteSeen(envelope, MessageId.FromMessage(envelope.Message.Span));
        }
    }

    private void Cancel(CancellationToken cancellationToken)
    {
        _items.Writer.TryComplete(new OperationCanceledException(cancellationToken));
        _ = DisposeAsync().AsTask();
    }

    private async ValueTask DeliverAsync(Envelope envelope, CancellationToken cancellationToken)
    {
        // By id, not by topic: a first V1 message comes over the intro topic and over that of the conversation.
        // Noted only when it was good: a copy of the bytes on a foreign topic must not suppress the real one.
        var id = MessageId.FromMessage(envelope.Message.Span);
        if (_seen.Contains(id) || _topics.Remembers(envelope, id))
        {
            _topics.Remember(envelope, id);
            return;
        }

        T? item;
        try
        {
            item = _handle(envelope);
        }
        catch (Exception defect)
        {
            // Handlers report bad envelopes and do not throw; if one does, the reader must learn of it.
            Complete(defect);
            return;
        }

        if (item is null) return;
        NoteSeen(envelope, id);
        try
        {
            await _items.Writer.WriteAsync(item, cancellationToken).ConfigureAwait(false);
            if (item is DecodedMessage) _context.Connection.Metrics.Streamed();
        }
        catch (ChannelClosedException)
        {
            // Disposed meanwhile.
        }
    }

    private void NoteSeen(Envelope envelope, MessageId id)
    {
        _seen.Add(id);
        _topics.Remember(envelope, id);
    }

    private void PositionMoved()
    {
        if (_topics.Position is null) _seen.ForgetPosition();
        else _seen.MarkPosition();
    }

    private void Complete(Exception? failure)
    {
        _items.Writer.TryComplete(failure);
        if (failure is not null) Change(ConnectionState.Closed, failure);
    }

    private void Change(ConnectionState state, Exception? error)
    {
        lock (_stateGate)
        {
            if (_state == state || _state == ConnectionState.Closed) return;
            _state = state;
        }

        try
        {
            ConnectionChanged?.Invoke(this, new ConnectionChangedEventArgs(state, error, _context.TimeProvider.GetUtcNow()));
        }
        catch (Exception failure)
        {
            // The application's handler: its failure is not the stream's.
            ClientLog.HandlerFailed(_context.Logger, nameof(ConnectionChanged), failure);
        }
    }
}
