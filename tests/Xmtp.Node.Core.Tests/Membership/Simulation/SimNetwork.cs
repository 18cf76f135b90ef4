using System.Collections.Concurrent;
using Xmtp.Node.Core.Keys;
using Xmtp.Node.Core.Membership;
using Xmtp.Node.Core.Network;
using Xmtp.Protocol.Network.V1;

namespace Xmtp.Node.Core.Tests.Membership.Simulation;

/// <summary>
/// Many meshes in virtual time, on one thread. Connections are streams: frames arrive in order after random delays, or the
/// connection breaks. A seed decides everything.
/// </summary>
internal sealed class SimNetwork(int seed)
{
    private static readonly TimeSpan s_tick = TimeSpan.FromMilliseconds(100);
    private static readonly TimeSpan s_dialTimeout = TimeSpan.FromSeconds(5);
    private static readonly ConcurrentDictionary<int, NodeKey> s_keys = new();
    private readonly PriorityQueue<Action, (TimeSpan At, long Order)> _events = new();
    private readonly Dictionary<SessionId, SimConnectionEnd> _ends = [];
    private readonly Dictionary<SignedRecord, NodePublicKey?> _signers = new(ReferenceEqualityComparer.Instance);
    private readonly List<SimNode> _nodes = [];
    private readonly Dictionary<string, SimNode> _listening = [];
    private long _order;
    private long _session;

    public VirtualTime Time { get; } = new();

    public Random Random { get; } = new(seed);

    public IReadOnlyList<SimNode> Nodes => _nodes;

    public IEnumerable<SimNode> Alive => _nodes.Where(static node => node.IsAlive);

    /// <summary>Whether what the first sends does not reach the second.</summary>
    public Func<SimNode, SimNode, bool> IsBlocked { get; set; } = static (_, _) => false;

    /// <summary>Whether a connection can be made when only the dialler's frames arrive, as through a proxy that answers for others.</summary>
    public bool ProxiesAnswer { get; set; }

    /// <summary>Chance of each frame to break its connection instead of arriving.</summary>
    public double BreakChance { get; set; }

    public int DelayMaxMs { get; set; } = 80;

    public static NodeKey KeyOf(int number) => s_keys.GetOrAdd(number, static number =>
    {
        var scalar = new byte[32];
        (scalar[0], scalar[30], scalar[31]) = (1, (byte)(number >> 8), (byte)number);
        return NodeKey.FromScalar(scalar);
    });

    public static string AddressOf(int number) => $"127.0.0.1:{10_000 + number}";

    public NodePublicKey? SignerOf(SignedRecord signed, NodeRecord record, NodePublicKey? known)
    {
        if (!_signers.TryGetValue(signed, out var signer)) _signers[signed] = signer = RecordSignature.SignerOf(signed, record, known);
        return signer;
    }

    /// <summary>Starts a node that knows the addresses of some numbers.</summary>
    public SimNode Start(int number, int[] bootstrap, Func<NetworkOptions, NetworkOptions>? change = null, SavedPeers? saved = null, int? keyNumber = null)
    {
        var options = new NetworkOptions { NodeEndpoint = AddressOf(number), Bootstrap = [.. bootstrap.Select(AddressOf)] };
        var instance = new NodeInstance((Time.GetUtcNow() - DateTimeOffset.UnixEpoch).Ticks * 100, (UInt128)Random.NextInt64());
        var node = new SimNode(this, KeyOf(keyNumber ?? number), change?.Invoke(options) ?? options, instance, number);
        _nodes.Add(node);
        _listening[node.Address] = node;
        node.Mesh.Start(saved ?? new SavedPeers());
        At(s_tick * Random.NextDouble(), () => Tick(node));
        return node;
    }

    /// <summary>Ends a process; the machine lives and says so to whoever is connected.</summary>
    public void Kill(SimNode node, string reason = "connection reset")
    {
        node.IsAlive = false;
        if (_listening.GetValueOrDefault(node.Address) == node) _listening.Remove(node.Address);
        foreach (var end in _ends.Values.Where(end => end.Node == node).ToArray()) Close(node, end.Id, reason);
    }

    public void Stop(SimNode node, bool leaving)
    {
        node.Mesh.Stop(leaving);
        Kill(node, "stream ended");
    }

    /// <summary>Cuts the power: nobody hears anything any more.</summary>
    public void CutPower(SimNode node)
    {
        foreach (var end in _ends.Values.Where(end => end.Node == node)) end.IsMute = true;
        Kill(node);
    }

    /// <summary>One node loses its connection with another, which is not told.</summary>
    public void BreakOneSide(SimNode node, SimNode unaware)
    {
        foreach (var end in _ends.Values.Where(end => end.Node == node && end.Other.Node == unaware).ToArray())
        {
            end.IsMute = true;
            Over(end, "connection reset");
        }
    }

    public void Run(double seconds)
    {
        var until = Time.Elapsed + TimeSpan.FromSeconds(seconds);
        while (_events.TryPeek(out _, out var next) && next.At <= until) Step();
        Time.Elapsed = until;
    }

    /// <summary>Runs until something holds.</summary>
    /// <returns>How many seconds that took; infinite when it did not within the limit.</returns>
    public double RunUntil(Func<bool> condition, double seconds)
    {
        var start = Time.Elapsed;
        for (var i = 0; i <= seconds * 10; i++)
        {
            if (condition()) return (Time.Elapsed - start).TotalSeconds;
            Run(0.1);
        }

        return double.PositiveInfinity;
    }

    /// <summary>Whether all living nodes have a working link with each other, and no other links or connections.</summary>
    public bool IsFullMesh()
    {
        var alive = Alive.ToList();
        return alive.All(node => node.Links.Count == alive.Count - 1 && alive.All(other => other == node || (node.Mesh.IsLinked(other.Id) && node.HeardFrom(other.Id))));
    }

    /// <summary>Connections between living nodes.</summary>
    public int ConnectionCount() => _ends.Values.Count(static end => end is { IsOpen: true, Node.IsAlive: true } && end.Id.Value < end.Other.Id.Value);

    public void Dial(SimNode dialler, string address, NodeId? expected)
    {
        At(Delay(), () => Arrive(dialler, address, expected));
    }

    public void Send(SimNode node, SessionId session, Frame frame)
    {
        if (!_ends.TryGetValue(session, out var end) || !end.IsOpen) return;
        if (IsBlocked(node, end.Other.Node)) end.IsMute = true;
        if (BreakChance > 0 && Random.NextDouble() < BreakChance)
        {
            Break(end);
            Break(end.Other);
            return;
        }

        InOrder(end, () =>
        {
            if (end.Other is { IsOpen: true, Node.IsAlive: true } other) other.Node.Mesh.FrameReceived(other.Id, frame);
        });
    }

    public void Close(SimNode node, SessionId session, string reason)
    {
        if (!_ends.TryGetValue(session, out var end)) return;
        (end.IsOpen, end.IsOver) = (false, true);
        if (IsBlocked(node, end.Other.Node)) end.IsMute = true;
        InOrder(end, () => Over(end.Other, reason));
    }

    public override string ToString() => $"seed {seed} at {Time.Elapsed.TotalSeconds:0.000} s";

    private void Tick(SimNode node)
    {
        if (!node.IsAlive) return;
        node.Mesh.Tick();
        At(s_tick, () => Tick(node));
    }

    private void Arrive(SimNode dialler, string address, NodeId? expected)
    {
        if (!dialler.IsAlive) return;
        if (!_listening.TryGetValue(address, out var node) || (expected is { } id && node.Id != id))
        {
            At(Delay(), () => Failed(dialler, address, expected, node is null ? "connection refused" : "another node answers"));
            return;
        }

        if (IsBlocked(dialler, node) || (IsBlocked(node, dialler) && !ProxiesAnswer))
        {
            At(s_dialTimeout, () => Failed(dialler, address, expected, "timed out"));
            return;
        }

        var here = new SimConnectionEnd(node, new SessionId(++_session));
        var there = new SimConnectionEnd(dialler, new SessionId(++_session)) { Other = here };
        here.Other = there;
        _ends.Add(here.Id, here);
        _ends.Add(there.Id, there);
        here.IsOpen = true;
        // The dialler hears that it is connected before it hears anything on the connection.
        var answer = Delay();
        here.LastArrival = Time.Elapsed + answer;
        At(answer, () => Opened(there, address, expected));
        node.Mesh.SessionOpened(here.Id, dialler.Key.Public, isOutbound: false, null, $"127.0.0.1:{40_000 + dialler.Number}");
    }

    private static void Opened(SimConnectionEnd end, string address, NodeId? expected)
    {
        if (!end.Node.IsAlive) return;
        if (end.IsOver)
        {
            Failed(end.Node, address, expected, "closed");
            return;
        }

        end.Node.DialsInFlight--;
        end.IsOpen = true;
        end.Node.Mesh.SessionOpened(end.Id, end.Other.Node.Key.Public, isOutbound: true, address, address);
    }

    private static void Failed(SimNode node, string address, NodeId? expected, string reason)
    {
        node.DialsInFlight--;
        if (node.IsAlive) node.Mesh.DialFailed(address, expected, reason);
    }

    private void Break(SimConnectionEnd end) => At(Delay(), () => Over(end, "connection reset"));

    private void Over(SimConnectionEnd end, string reason)
    {
        var wasOpen = end.IsOpen;
        (end.IsOpen, end.IsOver) = (false, true);
        _ends.Remove(end.Id);
        if (wasOpen && end.Node.IsAlive) end.Node.Mesh.SessionClosed(end.Id, reason);
    }

    /// <summary>What an end sends arrives in order.</summary>
    private void InOrder(SimConnectionEnd end, Action action)
    {
        if (end.IsMute) return;
        var at = Time.Elapsed + Delay();
        if (at <= end.LastArrival) at = end.LastArrival + TimeSpan.FromTicks(1);
        end.LastArrival = at;
        At(at - Time.Elapsed, action);
    }

    private TimeSpan Delay() => TimeSpan.FromMilliseconds(1 + (Random.NextDouble() * DelayMaxMs));

    private void At(TimeSpan delay, Action action) => _events.Enqueue(action, (Time.Elapsed + delay, ++_order));

    private void Step()
    {
        _events.TryDequeue(out var action, out var at);
        Time.Elapsed = at.At;
        action!();
    }
}
