using Xmtp.Node.Core.Keys;
using Xmtp.Node.Core.Log;
using Xmtp.Node.Core.Membership;
using Xmtp.Node.Core.Replication;
using Xmtp.Protocol.MessageApi.V1;
using Xmtp.Protocol.Network.V1;

namespace Xmtp.Node.Core.Network;

/// <summary>
/// A node's part in the network: membership and replication as one state machine. It is told what happened and says what to do through
/// <see cref="INetworkActions"/>; clock, randomness, network and disk are given to it. One owner calls it, one call after
/// the other: an actor in a running node, a scheduler with a seed in a simulation.
/// </summary>
internal sealed class NetworkEngine : IMeshActions, IReplicationActions, IPeerDirectory
{
    private readonly INetworkActions _actions;
    private readonly ReplicationContext _context;
    // What membership tells replication is done once membership has come to rest.
    private readonly Queue<Func<ValueTask>> _deferred = new();
    private readonly IReadOnlySet<NodeId> _denied;
    private CheckedEntries? _checked;

    public NetworkEngine(NetworkEngineParts parts, INetworkActions actions)
    {
        _actions = actions;
        _denied = parts.Options.Denied;
        Mesh = new Mesh(parts.Key, parts.Options, parts.Instance, parts.Time, parts.Random, this, parts.Logger, parts.AdmissionProof)
        {
            HelloContent = () => (Replicator!.VectorHash, (ulong)ReplicationLimits.WindowBytes),
        };
        _context = new ReplicationContext(parts.Key.Id, parts.Store, parts.Logs, this, this, parts.Time, parts.Random, parts.Metrics, parts.Logger);
        Replicator = new Replicator(_context, parts.Options.RollbackGuardPatience);
    }

    public Mesh Mesh { get; }

    public Replicator Replicator { get; }

    /// <summary>Hears how far another node has a log of this node on its disk.</summary>
    public Action<HeldLog, NodeId, ulong>? Acknowledged
    {
        set => _context.Acknowledged = value;
    }

    /// <summary>Hears of every link that begins, before it says what the node has.</summary>
    public Action<NodeId>? LinkBegan
    {
        set => _context.LinkBegan = value;
    }

    /// <summary>How far the linked nodes say that logs go, and how far they go here.</summary>
    public ReplicationLag Lag => ReplicationLag.Measure(_context);

    /// <summary>Begins.</summary>
    /// <param name="saved">What was known of other nodes before a restart.</param>
    /// <param name="latestOwnLog">The own log written last; null when there is none.</param>
    public ValueTask StartAsync(SavedPeers saved, HeldLog? latestOwnLog)
    {
        Mesh.Start(saved);
        Replicator.Start(latestOwnLog, isAlone: Mesh.IsAlone);
        return DrainAsync();
    }

    public ValueTask StopAsync(bool leaving)
    {
        Mesh.Stop(leaving);
        return DrainAsync();
    }

    /// <summary>The lists of nodes changed: those that may not be members any more go.</summary>
    public async ValueTask<IReadOnlyList<NodeId>> ReviewMembersAsync()
    {
        var removed = Mesh.ReviewMembers();
        await DrainAsync().ConfigureAwait(false);
        return removed;
    }

    public ValueTask SessionOpenedAsync(SessionId session, NodePublicKey remote, bool isOutbound, string? dialledAddress, string remoteAddress)
    {
        Mesh.SessionOpened(session, remote, isOutbound, dialledAddress, remoteAddress);
        return DrainAsync();
    }

    /// <summary>A frame came.</summary>
    /// <param name="session">On this session.</param>
    /// <param name="frame">The frame.</param>
    /// <param name="entries">Of a frame of entries, the outcome of its check.</param>
    public ValueTask FrameReceivedAsync(SessionId session, Frame frame, CheckedEntries? entries)
    {
        _checked = entries;
        Mesh.FrameReceived(session, frame);
        _checked = null;
        return DrainAsync();
    }

    public ValueTask SessionClosedAsync(SessionId session, string reason)
    {
        Mesh.SessionClosed(session, reason);
        return DrainAsync();
    }

    public ValueTask DialFailedAsync(string address, NodeId? expected, string reason)
    {
        Mesh.DialFailed(address, expected, reason);
        return DrainAsync();
    }

    public ValueTask TickAsync()
    {
        Mesh.Tick();
        Replicator.Tick();
        return DrainAsync();
    }

    public async ValueTask AppendedAsync(HeldLog log, VerifiedEntries entries, Exception? failure)
    {
        await Replicator.AppendedAsync(log, entries, failure).ConfigureAwait(false);
        await DrainAsync().ConfigureAwait(false);
    }

    public async ValueTask OwnLogAdvancedAsync()
    {
        await Replicator.OwnLogAdvancedAsync().ConfigureAwait(false);
        await DrainAsync().ConfigureAwait(false);
    }

    public ValueTask LogAddedAsync(HeldLog log)
    {
        Replicator.LogAdded(log);
        return DrainAsync();
    }

    public ValueTask OwnLogBegunAsync(HeldLog log)
    {
        Replicator.OwnLogBegun(log);
        return DrainAsync();
    }

    public ValueTask RangeReceivedAsync(NodeId holder, CheckedEntries entries, Action taken)
    {
        if (entries.Entries is { } run)
        {
            Replicator.RangeReceived(run, taken);
        }
        else
        {
            taken();
            Replicator.RangeRefused(holder, entries.Log, entries.Problem!);
        }

        return DrainAsync();
    }

    public ValueTask RangeEndedAsync(HeldLog log, string? failure)
    {
        Replicator.RangeEnded(log, failure);
        return DrainAsync();
    }

    public ValueTask LivePublishedAsync(Envelope envelope)
    {
        Replicator.LivePublished(envelope);
        return DrainAsync();
    }

    IEnumerable<NodeId> IPeerDirectory.Members => Mesh.Members;

    bool IPeerDirectory.IsDenied(NodeId node) => _denied.Contains(node);

    NodeQuota IPeerDirectory.QuotaOf(NodeId node) => Mesh.QuotaOf(node);

    void IMeshActions.Dial(string address, NodeId? expected) => _actions.Dial(address, expected);

    void IMeshActions.Send(SessionId session, Frame frame) => _actions.Send(session, frame);

    void IMeshActions.Close(SessionId session, string reason) => _actions.Close(session, reason);

    void IMeshActions.SavePeers(SavedPeers peers) => _actions.SavePeers(peers);

    void IMeshActions.PeerChanged(PeerStatus peer, bool removed) => _actions.PeerChanged(peer, removed);

    void IMeshActions.TwinFound(bool isOlder) => _actions.TwinFound(isOlder);

    void IMeshActions.LinkUp(NodeId node, Hello hello) => _deferred.Enqueue(() => Replicator.LinkUpAsync(node, hello));

    void IMeshActions.LinkDown(NodeId node) => Defer(() => Replicator.LinkDown(node));

    void IMeshActions.Received(NodeId node, Frame frame)
    {
        if (frame.FrameCase != Frame.FrameOneofCase.Entries) _deferred.Enqueue(() => Replicator.ReceivedAsync(node, frame));
        else if (_checked is { Entries: { } entries }) Defer(() => Replicator.EntriesReceived(node, entries));
        else if (_checked is { Problem: { } problem } refused) Defer(() => Replicator.EntriesRefused(node, refused.Log, refused.Bytes, problem));
    }

    void IReplicationActions.Send(NodeId node, Frame frame) => Mesh.Send(node, frame);

    void IReplicationActions.Disconnect(NodeId node, string reason) => Mesh.Disconnect(node, reason);

    void IReplicationActions.Append(HeldLog log, VerifiedEntries entries) => _actions.Append(log, entries);

    void IReplicationActions.AddLog(LogName name, NodePublicKey key) => _actions.AddLog(name, key);

    void IReplicationActions.Freeze(HeldLog log, ReadOnlyMemory<byte> evidence) => _actions.Freeze(log, evidence);

    void IReplicationActions.StartRange(NodeId holder, HeldLog log, ulong from)
    {
        if (Mesh.EndpointOf(holder) is { } address) _actions.StartRange(address, holder, log, from);
        else Defer(() => Replicator.RangeEnded(log, "its address is not known"));
    }

    void IReplicationActions.StopRange(HeldLog log) => _actions.StopRange(log);

    void IReplicationActions.DeliverLive(Envelope envelope) => _actions.DeliverLive(envelope);

    void IReplicationActions.BeginPublishes(HeldLog? log) => _actions.BeginPublishes(log);

    void IReplicationActions.StopPublishes() => _actions.StopPublishes();

    private void Defer(Action step) => _deferred.Enqueue(() =>
    {
        step();
        return ValueTask.CompletedTask;
    });

    private async ValueTask DrainAsync()
    {
        while (_deferred.TryDequeue(out var step)) await step().ConfigureAwait(false);
    }
}
