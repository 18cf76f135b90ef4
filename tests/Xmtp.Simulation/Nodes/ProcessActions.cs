using Google.Protobuf;
using Xmtp.Node.Core.Keys;
using Xmtp.Node.Core.Log;
using Xmtp.Node.Core.Membership;
using Xmtp.Node.Core.Network;
using Xmtp.Node.Core.Replication;
using Xmtp.Protocol.MessageApi.V1;
using Xmtp.Protocol.Network.V1;
using Xmtp.Simulation.Checks;
using Xmtp.Simulation.Network;

namespace Xmtp.Simulation.Nodes;

/// <summary>What the engine has done for it, as in a running node, with events in the place of tasks.</summary>
internal sealed class ProcessActions(World world, SimNode node, NodeProcess process, EntriesGate gate) : INetworkActions
{
    // As in a running node: beyond these the other side is cut off.
    private const int WaitingFramesMax = 4096;
    private const long WaitingBytesMax = 32 << 20;
    private static readonly TimeSpan s_retryPause = TimeSpan.FromSeconds(1);

    private readonly Dictionary<SessionId, SimEnd> _sessions = [];
    private readonly Dictionary<HeldLog, SimRange> _ranges = [];

    public int SessionCount => _sessions.Count;

    public int RangeCount => _ranges.Count;

    private NetworkEngine Engine => process.Engine;

    private LogWriter Writer => process.Writer;

    public void Opened(SimEnd end)
    {
        _sessions[end.Id] = end;
        process.Run("session opened", () => Engine.SessionOpenedAsync(end.Id, end.RemoteKey, end.IsOutbound, end.DialledAddress, end.RemoteAddress));
    }

    public void Received(SimEnd end, byte[] bytes)
    {
        if (!_sessions.ContainsKey(end.Id)) return;
        if (Parse(Frame.Parser, bytes) is not { } frame)
        {
            Close(end.Id, "malformed");
            process.Run("session closed", () => Engine.SessionClosedAsync(end.Id, "a malformed frame came"));
            return;
        }

        world.Scheduler.Trace.Add(world.Scheduler.Now, frame.FrameCase.ToString(), end.Peer.Host.Index, node.Index, bytes.Length);
        process.Run(frame.FrameCase.ToString(), () =>
        {
            var entries = frame.FrameCase == Frame.FrameOneofCase.Entries ? Canaries.Swap(world, gate.Check(frame.Entries)) : null;
            return Engine.FrameReceivedAsync(end.Id, frame, entries);
        });
    }

    public void Closed(SimEnd end, string reason)
    {
        if (_sessions.Remove(end.Id)) process.Run("session closed", () => Engine.SessionClosedAsync(end.Id, reason));
    }

    /// <summary>The process is gone.</summary>
    public void Drop()
    {
        foreach (var range in _ranges.Values) range.Stop();
        _sessions.Clear();
        _ranges.Clear();
    }

    public void Dial(string address, NodeId? expected) => world.Network.Dial(process, address, expected, reason =>
        process.Do(() => process.Run("dial failed", () => Engine.DialFailedAsync(address, expected, reason))));

    public void Send(SessionId session, Frame frame)
    {
        if (!_sessions.TryGetValue(session, out var end)) return;
        frame = Canaries.Alter(world, frame);
        Exposure.Check(world, node, Writer.Logs, frame);
        var bytes = frame.ToByteArray();
        if (bytes.Length > ReplicationLimits.FrameLengthMaxBytes) world.Verdict.Fail(Invariant.Soundness, $"n{node.Index} sends a frame of {bytes.Length} bytes");
        if (end.SentBytes + bytes.Length <= WaitingBytesMax && end.Sent.Count < WaitingFramesMax)
        {
            world.Network.Send(end, bytes);
            return;
        }

        Close(session, "it does not read what it is sent");
        process.Later(TimeSpan.Zero, () => process.Run("session closed", () => Engine.SessionClosedAsync(session, "it does not read what it is sent")));
    }

    public void Close(SessionId session, string reason)
    {
        if (_sessions.Remove(session, out var end)) world.Network.Close(end);
    }

    public void SavePeers(SavedPeers peers) => node.Disk.Peers = peers;

    public void PeerChanged(PeerStatus peer, bool removed)
    {
    }

    public void TwinFound(bool isOlder) => world.Verdict.Fail(Invariant.Innocence, $"n{node.Index} found a twin of itself");

    public void Append(HeldLog log, VerifiedEntries entries)
    {
        var append = new ReplicaAppend(log, entries, (done, failure) =>
            process.Later(TimeSpan.Zero, () => process.Run("appended", () => Engine.AppendedAsync(done.Log, done.Entries, failure))));
        var queued = Writer.EnqueueAsync(append, CancellationToken.None);
        if (!queued.IsCompletedSuccessfully) world.Verdict.Fail(Invariant.Convergence, $"n{node.Index}: the writer's queue is full");
        process.PumpWriter();
    }

    public void AddLog(LogName name, NodePublicKey key)
    {
        Task<HeldLog>? added = null;
        UntilDone(() => added = Writer.AddLogAsync(name, key, CancellationToken.None), () => Engine.LogAddedAsync(added!.Result));
    }

    public void Freeze(HeldLog log, ReadOnlyMemory<byte> evidence) =>
        UntilDone(() => Writer.RunExclusiveAsync(store => store.FreezeAsync(log.Id, evidence), CancellationToken.None), static () => ValueTask.CompletedTask);

    public void StartRange(string address, NodeId holder, HeldLog log, ulong from)
    {
        StopRange(log);
        SimRange range = null!;
        range = _ranges[log] = new SimRange(world.Scheduler, world.Network, process)
        {
            Received = (bytes, taken) => process.Do(() => RangeReceived(range, holder, bytes, taken)),
            Ended = failure => process.Do(() =>
            {
                if (_ranges.GetValueOrDefault(log) != range) return;
                _ranges.Remove(log);
                process.Run("range ended", () => Engine.RangeEndedAsync(log, failure));
            }),
        };
        range.Start(address, holder, new ReadRangeRequest { Log = ByteString.CopyFrom(log.Hash.ToArray()), From = from });
    }

    public void StopRange(HeldLog log)
    {
        if (_ranges.Remove(log, out var range)) range.Stop();
    }

    public void DeliverLive(Envelope envelope) => process.Live.ShowEphemeral(envelope);

    public void BeginPublishes(HeldLog? log) => UntilDone(
        () => log is null ? Writer.BeginLogAsync((ulong)world.Random.NextInt64(), CancellationToken.None) : Writer.UseLogAsync(log, CancellationToken.None),
        () => Writer.OwnLog is { } own ? Engine.OwnLogBegunAsync(own) : ValueTask.CompletedTask);

    public void StopPublishes() => Writer.StopPublishes();

    private void RangeReceived(SimRange range, NodeId holder, byte[] bytes, Action taken)
    {
        if (range.IsOver || Parse(Entries.Parser, bytes) is not { } frame) return;
        world.Scheduler.Trace.Add(world.Scheduler.Now, "range", node.Index, value: bytes.Length);
        process.Run("range", () =>
        {
            var entries = gate.Check(frame);
            return Engine.RangeReceivedAsync(holder, entries, taken);
        });
    }

    /// <summary>Asks the writer for something until it is done, and then tells the engine.</summary>
    private void UntilDone(Func<Task> begin, Func<ValueTask> done)
    {
        if (!process.IsAlive) return;
        var task = begin();
        task.ContinueWith(
            _ => process.Later(task.IsCompletedSuccessfully ? TimeSpan.Zero : s_retryPause, () =>
            {
                if (task.IsCompletedSuccessfully) process.Run("done", done);
                else UntilDone(begin, done);
            }),
            CancellationToken.None, TaskContinuationOptions.ExecuteSynchronously, TaskScheduler.Default);
        process.PumpWriter();
    }

    private static T? Parse<T>(MessageParser<T> parser, byte[] bytes)
        where T : class, IMessage<T>
    {
        if (bytes.Length > ReplicationLimits.FrameLengthMaxBytes) return null;
        try
        {
            return parser.ParseFrom(bytes);
        }
        catch (InvalidProtocolBufferException)
        {
            return null;
        }
    }
}
