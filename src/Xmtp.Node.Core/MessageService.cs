using System.Diagnostics.Metrics;
using System.Security.Cryptography;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;
using Xmtp.Node.Core.Ingest;
using Xmtp.Node.Core.Keys;
using Xmtp.Node.Core.Log;
using Xmtp.Node.Core.Network;
using Xmtp.Node.Core.Queries;
using Xmtp.Node.Core.Replication;
using Xmtp.Node.Core.Retention;
using Xmtp.Node.Core.Storage;
using Xmtp.Node.Core.Subscriptions;
using Xmtp.Node.Core.Telemetry;
using Xmtp.Protocol.Errors;
using Xmtp.Protocol.MessageApi.V1;
using Xmtp.Protocol.Network.V1;

namespace Xmtp.Node.Core;

/// <summary>
/// The message API behind every transport. It knows neither tokens nor addresses: the transport asks
/// <see cref="Access.PublishAuthorizer"/> and <see cref="RateLimits.RateLimiter"/> first.
/// <para>
/// To stop: <see cref="CloseSubscriptionsAsync"/>, wait for the calls under way, then <see cref="DisposeAsync"/>.
/// </para>
/// </summary>
public sealed class MessageService : IAsyncDisposable
{
    private static readonly TimeSpan CatchUpPatience = TimeSpan.FromSeconds(1);

    private readonly IEnvelopeStore _store;
    private readonly MessageServiceOptions _options;
    private readonly TimeProvider _time;
    private readonly NodeMetrics _metrics;
    private readonly LogWriter _writer;
    private readonly SubscriptionTable _subscriptions;
    private readonly Dispatcher _dispatcher;
    private readonly PositionMarks _positions;
    private readonly RetentionPolicy _retention;
    private readonly Sweeper _sweeper;
    private readonly Publisher _publisher;
    private readonly QueryRunner _queries;
    private int _disposed;

    private MessageService(
        IEnvelopeStore store, NodeKey key, MessageServiceOptions options, TimeProvider time, ILoggerFactory loggers, IMeterFactory? meters)
    {
        (_store, _options, _time) = (store, options, time);
        _metrics = new NodeMetrics(meters);
        _writer = new LogWriter(store, key, options.Log, time, loggers.CreateLogger<LogWriter>(), _metrics);
        _subscriptions = new SubscriptionTable(_writer.Tail, loggers.CreateLogger<SubscriptionTable>(), _metrics);
        _dispatcher = new Dispatcher(store, _writer.Tail, _subscriptions, time, loggers.CreateLogger<Dispatcher>(), _metrics);
        _positions = new PositionMarks(store, _writer, _subscriptions, _dispatcher, time, loggers.CreateLogger<PositionMarks>());
        _retention = new RetentionPolicy(options.Retention);
        _sweeper = new Sweeper(_writer, _retention, time, loggers.CreateLogger<Sweeper>(), _metrics);
        _publisher = new Publisher(_writer, _subscriptions, Acknowledgements, options.Log, _retention, time, _metrics);
        _queries = new QueryRunner(store, options, time, _metrics);
        _metrics.ObserveQueue(() => _writer.QueueLength);
        _metrics.ObserveSubscriptions(() => _subscriptions.OpenCount, () => _subscriptions.TopicCount);
        _metrics.ObserveStored(store.EstimateEnvelopeCount);
        _metrics.ObserveTailLag(() => (long)(_writer.Tail.Last - _dispatcher.Position));
    }

    /// <summary>Opens the service on a store and takes the store over, to be disposed with it.</summary>
    /// <param name="store">Where envelopes are kept.</param>
    /// <param name="key">Signs the node's log; null for a new one, with which only an empty store can be opened.</param>
    /// <param name="options">Bounds and policies; null for the defaults.</param>
    /// <param name="time">Clock; null for the system's.</param>
    /// <param name="loggers">Where it logs; null for nowhere.</param>
    /// <param name="meters">Who makes the meter; null for a plain one named <see cref="NodeTelemetry.MeterName"/>.</param>
    /// <param name="cancellationToken">Gives up; the store is disposed then.</param>
    /// <exception cref="XmtpException"><see cref="ErrorCatalogue.StoreUnusable"/>: what the store holds cannot be used.</exception>
    public static async Task<MessageService> OpenAsync(
        IEnvelopeStore store, NodeKey? key = null, MessageServiceOptions? options = null, TimeProvider? time = null, ILoggerFactory? loggers = null,
        IMeterFactory? meters = null, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(store);
        loggers ??= NullLoggerFactory.Instance;
        var service = new MessageService(store, key ?? NodeKey.Generate(), options ?? new MessageServiceOptions(), time ?? TimeProvider.System, loggers, meters);
        try
        {
            await service._writer.StartAsync(cancellationToken).ConfigureAwait(false);
            if (!service._options.AwaitPeers) await service.BeginPublishesAsync(cancellationToken).ConfigureAwait(false);
        }
        catch
        {
            await service.DisposeAsync().ConfigureAwait(false);
            throw;
        }

        loggers.CreateLogger<MessageService>().LogOpened(service._writer.Logs.Count);
        service._dispatcher.Start();
        service._positions.Start();
        service._sweeper.Start();
        return service;
    }

    /// <summary>Up to where other nodes have what was published here.</summary>
    internal AcknowledgementTable Acknowledgements { get; } = new();

    /// <summary>What is measured of the network; first asked for by a node that is in one.</summary>
    internal NetworkGauges NetworkGauges => field ??= new NetworkGauges(_metrics.Meter);

    /// <summary>Where everything is.</summary>
    internal IEnvelopeStore Store => _store;

    /// <summary>The one who writes to the store.</summary>
    internal LogWriter Writer => _writer;

    /// <summary>Who reads live.</summary>
    internal SubscriptionTable Subscriptions => _subscriptions;

    /// <summary>Whether live readers were handed all that is committed.</summary>
    internal bool HasDeliveredAll => _dispatcher.Position == _writer.Tail.Last;

    /// <summary>Hears of every ephemeral envelope published here.</summary>
    internal Action<Envelope>? EphemeralPublished
    {
        set => _publisher.EphemeralPublished = value;
    }

    /// <summary>Whether publishes are taken: not before <see cref="MessageServiceOptions.AwaitPeers"/> is over.</summary>
    public bool IsTakingPublishes => _writer.OwnLog is not null;

    /// <summary>Whether the last write reached the store; readiness may be told by it. The next publish tries a failed store again.</summary>
    public bool IsStoreHealthy => _writer.IsHealthy;

    /// <summary>Live readers now.</summary>
    public int OpenSubscriptions => _subscriptions.OpenCount;

    /// <summary>About how many envelopes can be queried.</summary>
    public long EstimatedEnvelopeCount => _store.EstimateEnvelopeCount();

    /// <summary>How far every log goes that is held here, with the heads that prove it. One that was frozen before anything of it came is told of, too.</summary>
    public GetHeadsResponse GetHeads() => new()
    {
        Logs =
        {
            LogStates.Sorted(_writer.Logs).Select(LogStates.Of),
            _writer.Logs.All.Where(static log => log.End.Sequence == 0 && log.IsFrozen).Select(LogStates.Of),
        },
    };

    /// <summary>
    /// How long envelopes are kept that are published from now on; what is stored already keeps the time it was given. The time
    /// between two rounds of removal stays as it was at the start.
    /// </summary>
    public RetentionOptions Retention
    {
        get => _retention.Current;
        set
        {
            ArgumentNullException.ThrowIfNull(value);
            _retention.Current = value;
        }
    }

    /// <summary>Removes all that has expired by now, without waiting for the next round.</summary>
    /// <param name="cancellationToken">Stops between two commits.</param>
    /// <returns>How many envelopes went.</returns>
    /// <exception cref="XmtpException"><see cref="ErrorCatalogue.StorageFailed"/>, or <see cref="ErrorCatalogue.Unavailable"/> while stopping.</exception>
    public Task<int> RemoveExpiredAsync(CancellationToken cancellationToken = default) => _sweeper.SweepAsync(cancellationToken);

    /// <summary>
    /// Reads out envelopes as readers see them, each once: all that is committed when it begins, log by log and not in the order of time.
    /// A reader that was interrupted goes on behind the last one it has.
    /// </summary>
    /// <param name="range">Which.</param>
    /// <param name="cancellationToken">Ends it.</param>
    public IAsyncEnumerable<ExportedEnvelope> ExportAsync(ExportRange range, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(range);
        return new EnvelopeExport(_store, _writer.Logs).ReadAsync(range, cancellationToken);
    }

    /// <summary>Where this node stands now: all at or below is found by a query that begins after.</summary>
    public StreamPosition CurrentPosition => _positions.Current;

    /// <summary>
    /// Whether the writer answers and the store takes writes. Tries a failed store again, which a node that is given no work for
    /// being unhealthy could not do otherwise.
    /// </summary>
    /// <param name="cancellationToken">Gives up, for a store that hangs.</param>
    public async ValueTask<bool> CheckStoreAsync(CancellationToken cancellationToken = default)
    {
        try
        {
            await _publisher.ProbeAsync(cancellationToken).ConfigureAwait(false);
            return true;
        }
        catch (XmtpException)
        {
            return false;
        }
    }

    /// <summary>
    /// Publishes envelopes in order and returns when all that are stored are on stable storage. The first that fails ends the call,
    /// those before it stay published. A repeat (same topic, time and digest) is acknowledged like the first copy and not
    /// shown to live readers again. Cancelling ends the wait; what was handed in may be stored all the same.
    /// </summary>
    /// <param name="envelopes">Envelopes; empty is fine.</param>
    /// <param name="terms">Token and acknowledgement level.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    /// <returns>How many other nodes are known to have them too; 0 when nobody asked.</returns>
    /// <exception cref="AcknowledgementException">The envelopes are stored here, and not on as many other nodes as asked for.</exception>
    /// <exception cref="XmtpException">
    /// <see cref="ErrorCatalogue.TopicTooLong"/>, <see cref="ErrorCatalogue.MessageTooLong"/>, <see cref="ErrorCatalogue.TimestampOutOfRange"/>,
    /// <see cref="ErrorCatalogue.StorageFailed"/>, or <see cref="ErrorCatalogue.Unavailable"/> while stopping.
    /// </exception>
    public ValueTask<int> PublishAsync(IReadOnlyList<Envelope> envelopes, PublishTerms terms = default, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(envelopes);
        return _publisher.PublishAsync(envelopes, terms, cancellationToken);
    }

    /// <summary>
    /// Reads one page in the order (sender time, digest). A page shorter than its size is the last one and carries no cursor.
    /// The envelopes share the store's bytes and must not be changed.
    /// </summary>
    /// <param name="request">Topics, inclusive time bounds (0 = none), page size, exclusive cursor and direction.</param>
    /// <param name="cancellationToken">Gives up.</param>
    /// <exception cref="XmtpException">
    /// <see cref="ErrorCatalogue.TopicsRequired"/>, <see cref="ErrorCatalogue.PageTooLarge"/>, <see cref="ErrorCatalogue.CursorInvalid"/>,
    /// <see cref="ErrorCatalogue.ResponseTooLarge"/> or <see cref="ErrorCatalogue.StorageFailed"/>.
    /// </exception>
    public Task<QueryResponse> QueryAsync(QueryRequest request, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(request);
        return _queries.QueryAsync(request, cancellationToken);
    }

    /// <summary>Answers up to 50 queries side by side, in their order. One that fails fails all, with its own code.</summary>
    /// <param name="request">Queries; none is fine.</param>
    /// <param name="cancellationToken">Gives up.</param>
    /// <exception cref="XmtpException"><see cref="ErrorCatalogue.BatchTooLarge"/>, or what <see cref="QueryAsync"/> throws.</exception>
    public Task<BatchQueryResponse> BatchQueryAsync(BatchQueryRequest request, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(request);
        return _queries.BatchQueryAsync(request, cancellationToken);
    }

    /// <summary>Follows topics from now on. Live when the call returns; <c>*</c> is a topic like any other.</summary>
    /// <param name="topics">Topics; empty is allowed and silent.</param>
    /// <exception cref="XmtpException"><see cref="ErrorCatalogue.Unavailable"/> while stopping.</exception>
    public ISubscription Subscribe(IEnumerable<string> topics)
    {
        ArgumentNullException.ThrowIfNull(topics);
        return _subscriptions.Open(topics, _options.SubscriptionBufferMax);
    }

    /// <summary>
    /// Follows topics for a reader that may go on elsewhere: before anything live it gets what its topics hold above the position it
    /// has come to, and every few seconds a mark: an envelope on the topic <c>xmtp-position</c> whose message is a position, as a
    /// token, at or below which it has all that is on its topics. When the live buffer overflows meanwhile, it ends as any other.
    /// </summary>
    /// <param name="topics">Topics; empty is allowed. Those that <see cref="ISubscription.ReplaceTopics"/> adds are read from the same position.</param>
    /// <param name="from">Up to where the reader has all, wherever it read it; null for where the node stands now.</param>
    /// <exception cref="XmtpException"><see cref="ErrorCatalogue.Unavailable"/> while stopping.</exception>
    public ISubscription Subscribe(IEnumerable<string> topics, StreamPosition? from)
    {
        ArgumentNullException.ThrowIfNull(topics);
        return _positions.Open(topics, _options.SubscriptionBufferMax, from);
    }

    /// <summary>Follows every topic that begins with <c>/xmtp/0/</c> or <c>/xmtp/mls/1/</c>. Live when the call returns.</summary>
    /// <exception cref="XmtpException"><see cref="ErrorCatalogue.Unavailable"/> while stopping.</exception>
    public ISubscription SubscribeAll() => _subscriptions.OpenAll(_options.SubscribeAllBufferMax);

    /// <summary>Follows every topic that <see cref="SubscribeAll()"/> does, for a reader that may go on later or elsewhere.</summary>
    /// <param name="from">Up to where the reader has all, wherever it read it; null for where the node stands now.</param>
    /// <returns>What lies above the position comes first, then what is live, with marks as in <see cref="Subscribe(IEnumerable{string}, StreamPosition?)"/>.</returns>
    /// <exception cref="XmtpException"><see cref="ErrorCatalogue.Unavailable"/> while stopping.</exception>
    public ISubscription SubscribeAll(StreamPosition? from) => _positions.OpenAll(_options.SubscribeAllBufferMax, from);

    /// <summary>
    /// Ends all live readers with <see cref="ErrorCatalogue.Unavailable"/> and refuses new ones. Publishes and queries go on.
    /// </summary>
    /// <param name="over">Time to spread it over, so that not all clients come back in the same second.</param>
    /// <param name="cancellationToken">Stops the spreading; the rest is ended by <see cref="DisposeAsync"/>.</param>
    public async Task CloseSubscriptionsAsync(TimeSpan over = default, CancellationToken cancellationToken = default)
    {
        // Readers still get what was acknowledged before; their publishers may wait for them to answer.
        await _dispatcher.CatchUpAsync(CatchUpPatience, cancellationToken).ConfigureAwait(false);
        await _subscriptions.CloseAsync(over, _time, cancellationToken).ConfigureAwait(false);
    }

    /// <summary>Lets live readers come again after <see cref="CloseSubscriptionsAsync"/>.</summary>
    public void AcceptSubscriptions() => _subscriptions.Reopen();

    /// <summary>Goes on with the own log that is held, or begins the first one.</summary>
    private Task BeginPublishesAsync(CancellationToken cancellationToken) => _writer.LatestOwnLog is { IsFrozen: false } log
        ? _writer.UseLogAsync(log, cancellationToken)
        : _writer.BeginLogAsync(BitConverter.ToUInt64(RandomNumberGenerator.GetBytes(sizeof(ulong))), cancellationToken);

    /// <summary>Commits what is under way, ends everything and disposes the store.</summary>
    public async ValueTask DisposeAsync()
    {
        if (Interlocked.Exchange(ref _disposed, 1) != 0) return;
        _writer.Close();
        await _sweeper.DisposeAsync().ConfigureAwait(false);
        await _positions.DisposeAsync().ConfigureAwait(false);
        await _writer.DisposeAsync().ConfigureAwait(false);
        await _dispatcher.DisposeAsync().ConfigureAwait(false);
        await _subscriptions.CloseAsync(TimeSpan.Zero, _time, CancellationToken.None).ConfigureAwait(false);
        await _store.DisposeAsync().ConfigureAwait(false);
        _metrics.Dispose();
    }
}
