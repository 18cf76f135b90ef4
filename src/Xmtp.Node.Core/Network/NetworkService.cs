using System.Runtime.CompilerServices;
using System.Security.Cryptography;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;
using Xmtp.Identity;
using Xmtp.Node.Core.Keys;
using Xmtp.Node.Core.Log;
using Xmtp.Node.Core.Membership;
using Xmtp.Node.Core.Replication;
using Xmtp.Protocol.MessageApi.V1;
using Xmtp.Protocol.Network.V1;

namespace Xmtp.Node.Core.Network;

/// <summary>
/// A running node's part in its network: finds and keeps connections to all other nodes, follows their logs, sends its own, and tells
/// anyone who the nodes are. The state is the <see cref="NetworkEngine"/>'s, and one loop owns that; here are the sockets,
/// the log's writer and the clock around it.
/// </summary>
public sealed class NetworkService : INetworkService, IAsyncDisposable
{
    private static readonly TimeSpan s_refreshInterval = TimeSpan.FromSeconds(1);

    private readonly MessageService _messages;
    private readonly IPeerTransport _transport;
    private readonly IPeerStore _peers;
    private readonly ILogger _logger;
    private readonly TimeProvider _time;
    private readonly NetworkOptions _options;
    private readonly NetworkLoop _loop;
    private readonly OpenSessions _sessions;
    private readonly RangeReaders _ranges;
    private readonly WriterCalls _writer;
    private readonly NetworkEngine _engine;
    private readonly EntriesReader _reader;
    private readonly Scrubber _scrubber;
    private readonly PeerWatchers _watchers = new();
    private readonly CancellationTokenSource _stop = new();
    private GetPeersResponse _known = new();
    private ReplicationLag _lag;
    private Task _tailFollower = Task.CompletedTask;
    private bool _isChanged;
    private long _refreshed;
    private int _disposed;

    private NetworkService(MessageService messages, NetworkOptions options, NetworkSurroundings surroundings, ReadOnlyMemory<byte> admissionProof)
    {
        (_messages, _options, _transport, _peers, _time) = (messages, options, surroundings.Transport, surroundings.Peers, surroundings.Time);
        var loggers = surroundings.Loggers ?? NullLoggerFactory.Instance;
        _logger = loggers.CreateLogger<NetworkService>();
        var logs = messages.Writer.Logs;
        var verifier = surroundings.Authentication ? new PublishTokenVerifier(surroundings.Cryptography, surroundings.Time) : null;
        var gate = new EntriesGate(logs, new EntriesVerifier(new ProtectedTopicRule(verifier, surroundings.Wallets), surroundings.Time));
        var metrics = messages.NetworkGauges.Replication;
        _loop = new NetworkLoop(surroundings.Time, _logger);
        _sessions = new OpenSessions(surroundings.Transport, gate, _loop, _logger);
        _ranges = new RangeReaders(surroundings.Transport, gate, _loop);
        _writer = new WriterCalls(messages.Writer, _loop, surroundings.Time, _logger);
        var instance = NodeInstance.Create(surroundings.Time);
        var random = new Random(RandomNumberGenerator.GetInt32(int.MaxValue));
        _engine = new NetworkEngine(
            new NetworkEngineParts(surroundings.Key, options, instance, messages.Store, logs, surroundings.Time, random, metrics, _logger, admissionProof),
            new Actions(this))
        {
            LinkBegan = messages.Acknowledgements.Forget,
            Acknowledged = (log, node, watermark) => messages.Acknowledgements.Report(log.Id, node, watermark),
        };
        (_sessions.Engine, _ranges.Engine, _writer.Engine) = (_engine, _engine, _engine);
        _reader = new EntriesReader(messages.Store);
        _scrubber = new Scrubber(messages.Writer, messages.Store, new ScrubSource(surroundings.Transport, gate, () => _known, surroundings.Key.Id), metrics, surroundings.Time, _logger);
        messages.NetworkGauges.Begin(GetPeers, () => _lag);
    }

    /// <summary>Joins the network. When this returns, others are being dialled; publishes begin once the peers were asked about the own log.</summary>
    /// <param name="messages">The node's messages, opened with <see cref="MessageServiceOptions.AwaitPeers"/>.</param>
    /// <param name="options">How to take part.</param>
    /// <param name="surroundings">Key, wire, clock and the like.</param>
    /// <param name="cancellationToken">Gives up.</param>
    public static async Task<NetworkService> StartAsync(
        MessageService messages, NetworkOptions options, NetworkSurroundings surroundings, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(messages);
        ArgumentNullException.ThrowIfNull(options);
        ArgumentNullException.ThrowIfNull(surroundings);
        // Minutes of work where a network asks for much: once, and off the loop.
        var proof = await Task.Run(() => AdmissionProof.Find(surroundings.Key.Public, options.AdmissionBits, cancellationToken), cancellationToken).ConfigureAwait(false);
        var service = new NetworkService(messages, options, surroundings, proof);
        await service.StartAsync(cancellationToken).ConfigureAwait(false);
        return service;
    }

    /// <summary>Whether this node keeps from publishing because another process has its key and was there first.</summary>
    public bool IsTwin { get; private set; }

    /// <summary>Serves a connection that another node opened, until it ends.</summary>
    /// <param name="connection">The connection; disposed at its end.</param>
    /// <param name="cancellationToken">Ends it.</param>
    public Task ServeAsync(IPeerConnection connection, CancellationToken cancellationToken = default) => _sessions.ServeAsync(connection, cancellationToken);

    /// <summary>All nodes of the network that are known here, this one first.</summary>
    public GetPeersResponse GetPeers() => Volatile.Read(ref _known);

    /// <summary>All known nodes, then every change.</summary>
    /// <param name="cancellationToken">Ends it.</param>
    public IAsyncEnumerable<PeerChange> WatchPeersAsync(CancellationToken cancellationToken = default) => _watchers.WatchAsync(GetPeers, cancellationToken);

    /// <summary>How far every log goes that is held here, with the heads that prove it. One that was frozen before anything of it came is told of, too.</summary>
    public GetHeadsResponse GetHeads() => _messages.GetHeads();

    /// <summary>One log from a number on, up to what is durable when it gets there.</summary>
    /// <param name="request">Log and number.</param>
    /// <param name="reader">Who asks.</param>
    /// <param name="cancellationToken">Ends it.</param>
    public async IAsyncEnumerable<Entries> ReadRangeAsync(
        ReadRangeRequest request, NodePublicKey reader, [EnumeratorCancellation] CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(request);
        ArgumentNullException.ThrowIfNull(reader);
        var isServed = _options.Allowed?.Contains(reader.Id) != false && !_options.Denied.Contains(reader.Id);
        if (!isServed || request.Log.Length != Hash256.Length || _messages.Writer.Logs.Find(new Hash256(request.Log.Span)) is not { } log) yield break;
        for (var from = request.From; await _reader.ReadAsync(log, from, cancellationToken).ConfigureAwait(false) is { } frame; from = frame.Last + 1)
            yield return frame.Entries;
    }

    /// <summary>
    /// Ends the links with nodes that may not be in the network any more, after <see cref="NetworkOptions.Allowed"/> or
    /// <see cref="NetworkOptions.Denied"/> changed. Nodes that may come in again come by themselves.
    /// </summary>
    /// <param name="cancellationToken">Gives up waiting.</param>
    /// <returns>The nodes that were put out.</returns>
    public async Task<IReadOnlyList<NodeId>> ReviewMembersAsync(CancellationToken cancellationToken = default)
    {
        IReadOnlyList<NodeId> removed = [];
        await _loop.RunAsync(async () =>
        {
            removed = await _engine.ReviewMembersAsync().ConfigureAwait(false);
            Refresh();
        }).WaitAsync(cancellationToken).ConfigureAwait(false);
        return removed;
    }

    /// <summary>Leaves: says good-bye to the linked nodes and ends all connections.</summary>
    public async ValueTask DisposeAsync()
    {
        if (Interlocked.Exchange(ref _disposed, 1) != 0) return;
        _messages.EphemeralPublished = null;
        await _stop.CancelAsync().ConfigureAwait(false);
        await _scrubber.DisposeAsync().ConfigureAwait(false);
        await _tailFollower.ConfigureAwait(false);
        await _loop.RunAsync(() => _engine.StopAsync(leaving: false)).ConfigureAwait(false);
        // Which log to write, the next one to join asks the others again.
        _messages.Writer.StopPublishes();
        _messages.NetworkGauges.End();
        _watchers.Close();
        await _sessions.DisposeAsync().ConfigureAwait(false);
        await _ranges.DisposeAsync().ConfigureAwait(false);
        await _loop.DisposeAsync().ConfigureAwait(false);
        await _transport.DisposeAsync().ConfigureAwait(false);
        _stop.Dispose();
    }

    private async Task StartAsync(CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        _messages.EphemeralPublished = envelope => _loop.Post(() => _engine.LivePublishedAsync(envelope));
        _loop.Start(TickAsync);
        await _loop.RunAsync(async () =>
        {
            await _engine.StartAsync(_peers.Load(), _messages.Writer.LatestOwnLog).ConfigureAwait(false);
            Refresh();
        }).ConfigureAwait(false);
        _tailFollower = Task.Run(FollowTailAsync, CancellationToken.None);
        _scrubber.Start();
    }

    private async ValueTask TickAsync()
    {
        await _engine.TickAsync().ConfigureAwait(false);
        // What others are told and what is measured need not be younger than this, but for who is linked.
        if (!_isChanged && _time.GetElapsedTime(_refreshed) < s_refreshInterval) return;
        Refresh();
    }

    private void Refresh()
    {
        (_isChanged, _refreshed, _lag) = (false, _time.GetTimestamp(), _engine.Lag);
        var known = new GetPeersResponse { Network = _options.Network };
        known.Peers.AddRange(_engine.Mesh.Peers);
        Volatile.Write(ref _known, known);
    }

    /// <summary>Tells the engine that what was published here is durable: one road for publishes, as for every other follower of the tail.</summary>
    private async Task FollowTailAsync()
    {
        var signal = _messages.Writer.Tail.Follow();
        try
        {
            while (await signal.WaitToReadAsync(_stop.Token).ConfigureAwait(false))
            {
                signal.TryRead(out _);
                await _loop.RunAsync(_engine.OwnLogAdvancedAsync).ConfigureAwait(false);
            }
        }
        catch (OperationCanceledException) when (_stop.IsCancellationRequested)
        {
        }
    }

    /// <summary>What the engine has done for it.</summary>
    private sealed class Actions(NetworkService service) : INetworkActions
    {
        public void Dial(string address, NodeId? expected) => service._sessions.Dial(address, expected);

        public void Send(SessionId session, Frame frame) => service._sessions.Send(session, frame);

        public void Close(SessionId session, string reason) => service._sessions.Close(session, reason);

        public void SavePeers(SavedPeers peers)
        {
            try
            {
                service._peers.Save(peers);
            }
            catch (IOException e)
            {
                service._logger.SavePeersFailed(e);
            }
        }

        public void PeerChanged(PeerStatus peer, bool removed)
        {
            service._isChanged = true;
            service._watchers.Tell(new PeerChange { Peer = peer, Removed = removed });
        }

        public void TwinFound(bool isOlder)
        {
            if (!isOlder)
            {
                service._logger.OlderTwin();
                return;
            }

            service.IsTwin = true;
            service._writer.StopForGood();
            service._logger.YoungerTwin();
            // A connection of the younger process ends those of the older one. So it leaves, or the older one would write what nobody gets.
            service._loop.Post(() => service._engine.StopAsync(leaving: false));
        }

        public void Append(HeldLog log, VerifiedEntries entries) => service._writer.Append(log, entries);

        public void AddLog(LogName name, NodePublicKey key) => service._writer.AddLog(name, key);

        public void Freeze(HeldLog log, ReadOnlyMemory<byte> evidence) => service._writer.Freeze(log, evidence);

        public void StartRange(string address, NodeId holder, HeldLog log, ulong from) => service._ranges.Start(address, holder, log, from);

        public void StopRange(HeldLog log) => service._ranges.Stop(log);

        public void DeliverLive(Envelope envelope) => service._messages.Subscriptions.Deliver(envelope, ulong.MaxValue);

        public void BeginPublishes(HeldLog? log) => service._writer.BeginPublishes(log);

        public void StopPublishes() => service._writer.StopPublishes();
    }
}
