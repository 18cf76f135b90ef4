using Xmtp.Node.Core.Keys;
using Xmtp.Protocol.Network.V1;
using Xmtp.Simulation.Scheduling;

namespace Xmtp.Simulation.Network;

/// <summary>A range of a log on its way over a connection of its own: some frames at a time, the next ones as those before are taken.</summary>
internal sealed class SimRange(Scheduler scheduler, SimNetwork network, INetworkHost reader)
{
    private const int UncommittedMax = 8;
    private static readonly TimeSpan s_stall = TimeSpan.FromSeconds(15);

    private IEnumerator<byte[]>? _frames;
    private INetworkHost _holder = null!;
    private long _lastDue;
    private int _uncommitted;
    private bool _isComplete;
    private bool _isProducing;

    /// <summary>Whether nobody waits for it any more.</summary>
    public bool IsOver { get; private set; }

    /// <summary>Gets each frame, and what to call once it is on the disk.</summary>
    public required Action<byte[], Action> Received { get; init; }

    /// <summary>Hears of the end: null when all came.</summary>
    public required Action<string?> Ended { get; init; }

    public void Start(string address, NodeId holder, ReadRangeRequest request) => network.Connect(reader, address, holder, End, host =>
    {
        if (IsOver) return;
        (_holder, _frames) = (host, host.ReadRange(reader.PublicKey, request).GetEnumerator());
        Produce();
    });

    public void Stop() => IsOver = true;

    private void Produce()
    {
        if (IsOver || _isComplete || _isProducing || _uncommitted >= UncommittedMax) return;
        if (!_holder.IsRunning || network.IsBlocked(_holder.Index, reader.Index) || network.IsBlocked(reader.Index, _holder.Index))
        {
            scheduler.After(s_stall, () => End("the connection broke"));
            return;
        }

        byte[]? frame;
        try
        {
            frame = _frames!.MoveNext() ? _frames.Current : null;
        }
        catch (InvalidDataException e)
        {
            End(e.Message);
            return;
        }

        Send(frame);
    }

    private void Send(byte[]? frame)
    {
        _isProducing = true;
        _uncommitted++;
        _lastDue = Math.Max(_lastDue, scheduler.Now + network.Delay(_holder.Index, reader.Index, frame?.Length ?? 0));
        scheduler.At(_lastDue, () =>
        {
            _isProducing = false;
            if (IsOver) return;
            if (frame is null)
            {
                _isComplete = true;
                Taken();
                return;
            }

            Received(frame, Taken);
            Produce();
        });
    }

    private void Taken()
    {
        _uncommitted--;
        if (_isComplete && _uncommitted == 0) End(null);
        else Produce();
    }

    private void End(string? failure)
    {
        if (IsOver) return;
        IsOver = true;
        Ended(failure);
    }
}
