using Google.Protobuf;
using Xmtp.Cryptography;
using Xmtp.Identity;
using Xmtp.Node.Core.Access;
using Xmtp.Node.Core.Keys;
using Xmtp.Node.Core.Log;
using Xmtp.Node.Core.Membership;
using Xmtp.Node.Core.Network;
using Xmtp.Node.Core.Replication;
using Xmtp.Node.Core.Telemetry;
using Xmtp.Protocol.MessageApi.V1;
using Xmtp.Protocol.Network.V1;
using Xmtp.Simulation.Checks;
using Xmtp.Simulation.Clients;
using Xmtp.Simulation.Disk;
using Xmtp.Simulation.Network;

namespace Xmtp.Simulation.Nodes;

/// <summary>
/// A running node: the real engine and the real writer, on a simulated disk and network. Everything that happens to it is an event; a
/// stopped process keeps its events until it goes on, a dead one loses them.
/// </summary>
internal sealed class NodeProcess : INetworkHost
{
    private static readonly TimeSpan s_tick = TimeSpan.FromMilliseconds(100);
    private static readonly TimeSpan s_scrubPause = TimeSpan.FromMilliseconds(250);

    private readonly World _world;
    private readonly SimNode _node;
    private readonly NodeMetrics _metrics = new(null);
    private readonly SimStore _store;
    private readonly EntriesGate _gate;
    private readonly EntriesReader _reader;
    private readonly Queue<Action> _stopped = new();
    private readonly PublishDesk _desk;
    private readonly bool _isLazy;
    private readonly Scrubber _scrubber;
    private Task<int>? _scrub;
    private Task? _step;
    private bool _isStepDue;
    private ulong _tailSeen;

    public NodeProcess(World world, SimNode node)
    {
        (_world, _node) = (world, node);
        _store = new SimStore(node.Disk, new Random(world.Random.Next()), world.Verdict, world.Scheduler.After)
        {
            Deliver = answer => Do(() =>
            {
                answer();
                AfterStep();
            }),
            Tamper = Canaries.Tamper(world, node.Disk),
            Blind = world.Canary == Canary.ForgetsRepeats,
        };
        Writer = new LogWriter(_store, node.Key, WriterOptions(world.Random), node.Clock, new SimLogger(world, node.Index), _metrics);
        _gate = new EntriesGate(Writer.Logs, new EntriesVerifier(new ProtectedTopicRule(new PublishTokenVerifier(CryptoProvider.Default, node.Clock, 64), new WalletLists()), node.Clock));
        _reader = new EntriesReader(_store);
        _isLazy = world.Random.Next(4) == 0;
        var instance = new NodeInstance(node.Clock.GetUtcNow().ToUnixTimeNanoseconds(), new UInt128((ulong)world.Random.NextInt64(), (ulong)world.Random.NextInt64()));
        Actions = new ProcessActions(world, node, this, _gate);
        var metrics = new ReplicationMetrics(_metrics.Meter);
        _scrubber = new Scrubber(Writer, _store, new SimScrubSource(world, node, _gate), metrics, node.Clock, new SimLogger(world, node.Index));
        Engine = new NetworkEngine(
            new NetworkEngineParts(node.Key, node.Options, instance, _store, Writer.Logs, node.Clock, new Random(world.Random.Next()), metrics, new SimLogger(world, node.Index)),
            Actions)
        {
            LinkBegan = other => _desk!.Forget(other),
            Acknowledged = (log, other, watermark) => _desk!.Reached(log.Id, other, watermark),
        };
        _desk = new PublishDesk(world, node, this);
    }

    public LogWriter Writer { get; }

    public NetworkEngine Engine { get; }

    public ProcessActions Actions { get; }

    public LiveReader Live { get; private set; } = null!;

    public bool IsAlive { get; private set; } = true;

    /// <summary>Whether it is stopped as by SIGSTOP.</summary>
    public bool IsStopped { get; private set; }

    /// <summary>Whether nothing is waiting here.</summary>
    public bool IsIdle => _step is null && Writer.QueueLength == 0 && !_desk.IsWaiting;

    public int Index => _node.Index;

    public NodePublicKey PublicKey => _node.Key.Public;

    public string Address => _node.Address;

    public bool IsRunning => IsAlive && !IsStopped;

    public void Start()
    {
        var load = Writer.LoadAsync(CancellationToken.None);
        if (!load.IsCompletedSuccessfully) _world.Verdict.Fail(Invariant.Soundness, $"n{Index} does not load: {load.Exception?.InnerException?.Message ?? "it waits"}");
        Live = new LiveReader(_world, Index, Writer.Tail, _store, Visible.KeysAsWritten(_world.Oracle, _node.Disk));
        _world.Network.Start(this);
        Run("start", () => Engine.StartAsync(_node.Disk.Peers, Writer.LatestOwnLog));
        if (_world.Canary == Canary.NoRollbackGuard && Writer.LatestOwnLog is { } log) Actions.BeginPublishes(log);
        Tick();
        if (_world.Scrubs) Scrub();
    }

    public void Stop() => IsStopped = true;

    public void Continue()
    {
        IsStopped = false;
        while (IsRunning && _stopped.TryDequeue(out var action)) action();
    }

    public void Leave() => Run("leave", () => Engine.StopAsync(leaving: true));

    public void Kill(bool isPowerCut)
    {
        IsAlive = false;
        _stopped.Clear();
        _store.Lose();
        Actions.Drop();
        _desk.Drop();
        _world.Network.Stop(this, isPowerCut);
        _metrics.Dispose();
    }

    /// <summary>Has something happen to this process after a while.</summary>
    public void Later(TimeSpan delay, Action action) => _world.Scheduler.After(delay, () => Do(action));

    /// <summary>Has it happen now, or when the process goes on.</summary>
    public void Do(Action action)
    {
        if (!IsAlive) return;
        if (IsStopped) _stopped.Enqueue(action);
        else action();
    }

    /// <summary>Runs a step of the engine; it neither waits nor fails.</summary>
    public void Run(string what, Func<ValueTask> step)
    {
        try
        {
            World.Now(step());
        }
        catch (Exception e)
        {
            _world.Verdict.Fail(Invariant.Soundness, $"n{Index}: {what} failed: {e}");
        }
    }

    public void Publish(Attempt attempt, ReadOnlyMemory<byte> token) => Do(() => _desk.Publish(attempt, token));

    public void PublishEphemeral(Envelope envelope) => Do(() =>
    {
        Live.ShowEphemeral(envelope);
        Run("live", () => Engine.LivePublishedAsync(envelope));
    });

    public void SessionOpened(SimEnd end) => Do(() => Actions.Opened(end));

    public void FrameReceived(SimEnd end, byte[] frame) => Do(() => Actions.Received(end, frame));

    public void SessionClosed(SimEnd end, string reason) => Do(() => Actions.Closed(end, reason));

    public IEnumerable<byte[]> ReadRange(NodePublicKey reader, ReadRangeRequest request)
    {
        if (request.Log.Length != Hash256.Length || Writer.Logs.Find(new Hash256(request.Log.Span)) is not { } log) yield break;
        for (var from = request.From; World.Now(_reader.ReadAsync(log, from)) is { } frame; from = frame.Last + 1)
        {
            Exposure.Check(_world, _node, Writer.Logs, frame.Entries);
            yield return frame.Entries.ToByteArray();
        }
    }

    /// <summary>Has the writer look at what is queued.</summary>
    public void PumpWriter()
    {
        if (_step is not null || _isStepDue || Writer.QueueLength == 0) return;
        _isStepDue = true;
        Later(_world.Between(0, 0.3), () =>
        {
            _isStepDue = false;
            _step = Writer.StepAsync().AsTask();
            AfterStep();
        });
    }

    private void AfterStep()
    {
        if (_step is not { IsCompleted: true } step) return;
        _step = null;
        if (!step.IsCompletedSuccessfully) _world.Verdict.Fail(Invariant.Soundness, $"n{Index}: the writer failed: {step.Exception}");
        _desk.Settle();
        if (Writer.Tail.Last != _tailSeen)
        {
            _tailSeen = Writer.Tail.Last;
            Later(_world.Between(0, 0.5), () => Run("own log advanced", Engine.OwnLogAdvancedAsync));
            Later(_world.Between(0, _isLazy ? 5000 : 5), ReadLive);
        }

        PumpWriter();
    }

    private void ReadLive()
    {
        if (!Live.Read()) Later(TimeSpan.FromMilliseconds(250), ReadLive);
    }

    private void Scrub()
    {
        Later(s_scrubPause, Scrub);
        if (_scrub is { IsCompleted: false }) return;
        if (_scrub is { IsFaulted: true } failed) _world.Scheduler.Trace.Add(_world.Scheduler.Now, $"scrub failed: {failed.Exception?.InnerException?.GetType().Name}", Index);
        _scrub = _scrubber.StepAsync(CancellationToken.None).AsTask();
        PumpWriter();
    }

    private void Tick()
    {
        Run("tick", Engine.TickAsync);
        Later(s_tick * (0.98 + 0.04 * _world.Random.NextDouble()), Tick);
    }

    private static LogWriterOptions WriterOptions(Random random) => new()
    {
        BatchEntriesMax = random.Next(3) switch { 0 => 4, 1 => 32, _ => 512 },
        TailEntriesMax = random.Next(3) switch { 0 => 8, 1 => 64, _ => 8192 },
    };
}
