using Xmtp.Node.Core.Keys;
using Xmtp.Node.Core.Membership;
using Xmtp.Simulation.Scheduling;

namespace Xmtp.Simulation.Network;

/// <summary>
/// Machines and the links between them. A connection is reliable and ordered until it breaks; while a link is blocked, what was sent
/// waits, as TCP sends it again; the ends hear of a break late, or only one of them, or not before they send.
/// </summary>
internal sealed class SimNetwork
{
    private static readonly TimeSpan s_dialPatience = TimeSpan.FromSeconds(10);

    private readonly Scheduler _scheduler;
    private readonly Random _random;
    private readonly SimLink[,] _links;
    private readonly Dictionary<string, INetworkHost> _hosts = [];
    private readonly HashSet<string> _machines = [];
    private readonly List<SimEnd> _ends = [];
    private long _lastSession;

    public SimNetwork(Scheduler scheduler, Random random, int machines)
    {
        (_scheduler, _random, _links) = (scheduler, random, new SimLink[machines, machines]);
        for (var from = 0; from < machines; from++)
            for (var to = 0; to < machines; to++)
                _links[from, to] = new SimLink { Latency = TimeSpan.FromMilliseconds(0.3 + 60 * Math.Pow(random.NextDouble(), 3)), LossRate = 0.002 };
    }

    public int Machines => _links.GetLength(0);

    public SimLink this[int from, int to] => _links[from, to];

    /// <summary>Connections that are not over, each counted once.</summary>
    public IEnumerable<SimEnd> Connections => _ends.Where(static end => end.IsOutbound && !end.IsBroken);

    /// <summary>Frames and ends of connections on the way.</summary>
    public long InFlight => _ends.Sum(static end => end.Sent.Count);

    /// <summary>A process listens.</summary>
    public void Start(INetworkHost host)
    {
        _hosts[host.Address] = host;
        _machines.Add(host.Address);
    }

    /// <summary>A process is gone. The others hear of it, unless the machine is gone with it.</summary>
    public void Stop(INetworkHost host, bool isSilent)
    {
        if (_hosts.GetValueOrDefault(host.Address) == host) _hosts.Remove(host.Address);
        if (isSilent) _machines.Remove(host.Address);
        foreach (var end in _ends.Where(end => end.Host == host).ToList())
        {
            var wasOpen = end.IsOpen;
            end.IsOpen = false;
            if (isSilent || _random.Next(2) == 0) Drop(end);
            if (isSilent) end.IsBroken = end.Peer.IsBroken = true;
            else if (wasOpen) Enqueue(end, null);
        }
    }

    public void SetBlocked(int from, int to, bool isBlocked)
    {
        _links[from, to].IsBlocked = isBlocked;
        if (isBlocked) return;
        // What waited is sent again, some time after the way is free.
        foreach (var end in _ends.Where(end => end.Host.Index == from && end.Peer.Host.Index == to && end.Sent.Count > 0)) Pump(end, _scheduler.Now + Milliseconds(10, 1500));
    }

    /// <summary>Breaks a connection, and tells the ends, one of them, or none.</summary>
    public void Break(SimEnd end, bool tellThis, bool tellOther)
    {
        end.IsBroken = end.Peer.IsBroken = true;
        Drop(end);
        Drop(end.Peer);
        if (tellThis) Tell(end, "connection reset", Milliseconds(1, 3000));
        if (tellOther) Tell(end.Peer, "connection reset", Milliseconds(1, 3000));
    }

    /// <summary>Opens a connection. The hosts are told, or <paramref name="failed"/> is called.</summary>
    public void Dial(INetworkHost from, string address, NodeId? expected, Action<string> failed) => Connect(from, address, expected, failed, to =>
    {
        var dialler = new SimEnd(from, new SessionId(++_lastSession), isOutbound: true, address);
        var acceptor = new SimEnd(to, new SessionId(++_lastSession), isOutbound: false, null) { Peer = dialler };
        dialler.Peer = acceptor;
        _ends.Add(dialler);
        _ends.Add(acceptor);
        var back = _scheduler.Now + Delay(to.Index, from.Index, 0);
        acceptor.LastDue = back + 1;
        to.SessionOpened(acceptor);
        _scheduler.At(back, () =>
        {
            if (_hosts.GetValueOrDefault(from.Address) == from) from.SessionOpened(dialler);
        });
    });

    /// <summary>The beginning of every connection.</summary>
    public void Connect(INetworkHost from, string address, NodeId? expected, Action<string> failed, Action<INetworkHost> connected)
    {
        var index = IndexOf(address);
        if (index < 0)
        {
            _scheduler.After(TimeSpan.FromMilliseconds(5), () => failed("no such host"));
            return;
        }

        var arrival = _scheduler.Now + Delay(from.Index, index, 0) * 2;
        _scheduler.At(arrival, () =>
        {
            var isReachable = !_links[from.Index, index].IsBlocked && !_links[index, from.Index].IsBlocked;
            if (!isReachable || !_machines.Contains(address)) _scheduler.After(s_dialPatience, () => failed("no answer in time"));
            else if (!_hosts.TryGetValue(address, out var to)) _scheduler.After(TimeSpan.FromMilliseconds(1), () => failed("connection refused"));
            else if (!to.IsRunning) _scheduler.After(s_dialPatience, () => failed("no answer in time"));
            else if (expected is { } node && to.PublicKey.Id != node) _scheduler.After(TimeSpan.FromMilliseconds(1), () => failed("another node answers there"));
            else connected(to);
        });
    }

    /// <summary>Sends a frame, after those sent before.</summary>
    public void Send(SimEnd end, byte[] frame)
    {
        if (end.IsOpen) Enqueue(end, frame);
    }

    /// <summary>Ends a connection after what was sent.</summary>
    public void Close(SimEnd end)
    {
        if (!end.IsOpen) return;
        end.IsOpen = false;
        Enqueue(end, null);
    }

    /// <summary>When a frame sent now arrives, in a link that carries other things too.</summary>
    public long Delay(int from, int to, int bytes)
    {
        var link = _links[from, to];
        var delay = (long)(link.Latency.Ticks * (0.9 + 0.4 * _random.NextDouble()));
        if (_random.NextDouble() < link.LossRate) delay += Milliseconds(200, 3000);
        if (link.BytesPerSecond == 0) return delay;
        link.BusyUntil = Math.Max(link.BusyUntil, _scheduler.Now) + (bytes + 60) * TimeSpan.TicksPerSecond / link.BytesPerSecond;
        return link.BusyUntil - _scheduler.Now + delay;
    }

    public bool IsBlocked(int from, int to) => _links[from, to].IsBlocked;

    public static string AddressOf(int index) => $"10.0.{index}.1:5560";

    private static int IndexOf(string address) =>
        address.Split('.') is ["10", "0", var index, _] && int.TryParse(index, out var number) ? number : -1;

    private void Enqueue(SimEnd end, byte[]? frame)
    {
        if (end.IsBroken)
        {
            // Nobody is there: the answer is a reset, if one comes through.
            var (from, to) = (end.Host.Index, end.Peer.Host.Index);
            if (!IsBlocked(from, to) && !IsBlocked(to, from) && _machines.Contains(end.Peer.Host.Address)) Tell(end, "connection reset", Delay(from, to, 0) * 2);
            return;
        }

        end.LastDue = Math.Max(end.LastDue, _scheduler.Now + Delay(end.Host.Index, end.Peer.Host.Index, frame?.Length ?? 0));
        end.Sent.Enqueue((end.LastDue, frame));
        end.SentBytes += frame?.Length ?? 0;
        Pump(end, end.LastDue);
    }

    private void Pump(SimEnd end, long due)
    {
        if (end.IsPumping) return;
        end.IsPumping = true;
        _scheduler.At(due, () =>
        {
            end.IsPumping = false;
            if (end.Sent.Count == 0 || IsBlocked(end.Host.Index, end.Peer.Host.Index)) return;
            var (_, frame) = end.Sent.Dequeue();
            end.SentBytes -= frame?.Length ?? 0;
            Deliver(end.Peer, frame);
            if (end.Sent.TryPeek(out var next)) Pump(end, next.Due);
        });
    }

    private void Deliver(SimEnd end, byte[]? frame)
    {
        if (frame is null)
        {
            end.IsBroken = end.Peer.IsBroken = true;
            _ends.Remove(end.Peer);
            if (!end.IsOpen) _ends.Remove(end);
            TellNow(end, "the other side ended it");
        }
        else if (end.IsOpen)
        {
            end.Host.FrameReceived(end, frame);
        }
    }

    private void Tell(SimEnd end, string reason, long delay) => _scheduler.After(new TimeSpan(delay), () => TellNow(end, reason));

    private void TellNow(SimEnd end, string reason)
    {
        _ends.Remove(end);
        if (!end.IsOpen) return;
        end.IsOpen = false;
        end.Host.SessionClosed(end, reason);
    }

    private static void Drop(SimEnd end)
    {
        end.Sent.Clear();
        end.SentBytes = 0;
    }

    private long Milliseconds(int least, int most) => _random.Next(least, most) * TimeSpan.TicksPerMillisecond;
}
