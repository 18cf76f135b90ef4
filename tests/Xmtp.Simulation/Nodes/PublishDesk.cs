using Xmtp.Node.Core.Ingest;
using Xmtp.Node.Core.Keys;
using Xmtp.Node.Core.Log;
using Xmtp.Protocol.Errors;
using Xmtp.Simulation.Clients;

namespace Xmtp.Simulation.Nodes;

/// <summary>Takes publishes at one process and tells the clients what became of them, at the level they asked for.</summary>
internal sealed class PublishDesk(World world, SimNode node, NodeProcess process)
{
    private static readonly TimeSpan s_peersPatience = TimeSpan.FromSeconds(5);

    private readonly AcknowledgementTable _acknowledgements = new();
    private readonly List<(Attempt Attempt, AppendRequest Request)> _appending = [];
    private readonly List<(Attempt Attempt, EntryPlace Place)> _awaiting = [];

    public bool IsWaiting => _appending.Count > 0;

    public void Publish(Attempt attempt, ReadOnlyMemory<byte> token)
    {
        if (process.Writer.QueueLength >= new LogWriterOptions().QueueLengthMax)
        {
            attempt.State = AttemptState.Refused;
            return;
        }

        var request = process.Writer.Pool.Rent(node.Clock.GetTimestamp(), default);
        request.Add(attempt.Publication.Envelope, 0, token.Span);
        World.Now(process.Writer.EnqueueAsync(request, CancellationToken.None));
        _appending.Add((attempt, request));
        process.PumpWriter();
        if (world.Canary != Canary.EarlyPublishAcknowledgement) return;
        attempt.State = AttemptState.Acknowledged;
        world.Oracle.Acknowledged(attempt, 0);
    }

    /// <summary>Looks what the writer is done with.</summary>
    public void Settle()
    {
        for (var i = 0; i < _appending.Count; i++)
        {
            var (attempt, request) = _appending[i];
            if (!request.Completion.IsCompleted) continue;
            _appending.RemoveAt(i--);
            Settle(attempt, request);
            request.Release();
        }
    }

    public void Forget(NodeId other) => _acknowledgements.Forget(other);

    public void Reached(LogId log, NodeId other, ulong watermark)
    {
        _acknowledgements.Report(log, other, watermark);
        foreach (var (attempt, place) in _awaiting.Where(waiting => _acknowledgements.Count(waiting.Place) >= waiting.Attempt.Peers).ToList())
        {
            _awaiting.Remove((attempt, place));
            Tell(attempt, place, AttemptState.Acknowledged);
        }
    }

    /// <summary>The process is gone, and the clients know no more than that.</summary>
    public void Drop()
    {
        foreach (var (attempt, _) in _appending) attempt.State = AttemptState.Unknown;
        foreach (var (attempt, _) in _awaiting) attempt.State = AttemptState.Unknown;
    }

    private void Settle(Attempt attempt, AppendRequest request)
    {
        try
        {
            World.Now(request.Completion);
        }
        catch (XmtpException e)
        {
            attempt.State = e.Code == ErrorCatalogue.Unavailable ? AttemptState.Refused : AttemptState.Unknown;
            world.Scheduler.Trace.Add(world.Scheduler.Now, "publish failed", node.Index, value: attempt.Publication.Number);
            return;
        }

        var place = request.Entries[0].Place;
        attempt.Place = (process.Writer.Logs[place.Log].Name, place.Sequence);
        if (attempt.Peers <= _acknowledgements.Count(place))
        {
            Tell(attempt, place, AttemptState.Acknowledged);
            return;
        }

        _awaiting.Add((attempt, place));
        process.Later(s_peersPatience, () =>
        {
            if (_awaiting.Remove((attempt, place))) Tell(attempt, place, AttemptState.AcknowledgedLess);
        });
    }

    private void Tell(Attempt attempt, EntryPlace place, AttemptState state)
    {
        attempt.State = state;
        world.Scheduler.Trace.Add(world.Scheduler.Now, "acknowledged", node.Index, value: attempt.Publication.Number);
        world.Oracle.Acknowledged(attempt, _acknowledgements.Count(place));
    }
}
