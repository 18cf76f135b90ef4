using Xmtp.Node.Core.Keys;

namespace Xmtp.Node.Core.Membership;

/// <summary>Dials every node that has a live record and no link, and the bootstrap addresses as long as they are needed.</summary>
internal sealed class Dialer(MeshContext mesh, PeerTable peers, SessionTable sessions)
{
    private readonly List<DialTarget> _bootstrap =
        [.. mesh.Options.Bootstrap.Distinct(StringComparer.OrdinalIgnoreCase).Select(address => new DialTarget(expected: null)
        {
            Address = address,
            IsSelf = string.Equals(address, mesh.Options.NodeEndpoint, StringComparison.OrdinalIgnoreCase),
        })];

    private readonly Dictionary<(string Address, NodeId? Expected), DialTarget> _inFlight = [];
    private readonly List<DialTarget> _due = [];

    /// <summary>Dials what is due, as far as the number of dials at the same time allows; what failed least comes first.</summary>
    public void Tick(bool hasLinks)
    {
        var budget = MeshLimits.DialsInFlightMax - _inFlight.Count;
        if (budget <= 0) return;
        var now = mesh.Now;
        _due.Clear();
        foreach (var target in _bootstrap)
        {
            if (IsDue(target, hasLinks, now)) _due.Add(target);
        }

        foreach (var peer in peers.All)
        {
            if (IsDue(peer, now)) _due.Add(peer.Dial);
        }

        if (_due.Count > budget) _due.Sort(static (left, right) => (left.Failures, left.NextAt).CompareTo((right.Failures, right.NextAt)));
        foreach (var target in _due.Take(budget)) Dial(target);
    }

    /// <summary>Looks who answers at an address that a record of this node names which this process did not make.</summary>
    public void DialTwin(string address)
    {
        if (address.Length > 0 && _inFlight.Count < MeshLimits.DialsInFlightMax) Dial(new DialTarget(mesh.OwnId) { Address = address });
    }

    /// <summary>A dial ended in a connection.</summary>
    /// <returns>What was dialled; null when nothing was.</returns>
    public DialTarget? Opened(string address, NodeId remote)
    {
        // An address may be dialled twice at once: as a bootstrap address, and for a node whose record names it.
        DialTarget? target;
        if (!_inFlight.Remove((address, remote), out target) && !_inFlight.Remove((address, null), out target))
        {
            var other = _inFlight.FirstOrDefault(pair => pair.Key.Address == address);
            if (other.Value is null) return null;
            _inFlight.Remove(other.Key);
            target = other.Value;
        }

        target.IsInFlight = false;
        return target;
    }

    /// <summary>A dial ended in nothing.</summary>
    public void DialFailed(string address, NodeId? expected, string reason)
    {
        if (!_inFlight.Remove((address, expected), out var target)) return;
        target.IsInFlight = false;
        Failed(target, reason);
    }

    /// <summary>A connection ended before it was a link.</summary>
    public void Failed(DialTarget target, string reason)
    {
        if (target.Expected == mesh.OwnId) return;
        target.Fail(mesh);
        if (target.Failures == 1) mesh.Logger.DialFailed(target.Address, reason);
        else mesh.Logger.DialFailedAgain(target.Address, target.Failures, reason);
    }

    /// <summary>A link ended.</summary>
    public void LinkLost(Peer peer, TimeSpan age)
    {
        if (age >= MeshLimits.GoodLinkAge) peer.Dial.Reset();
        peer.Dial.Fail(mesh);
    }

    private bool IsDue(DialTarget bootstrap, bool hasLinks, TimeSpan now)
    {
        if (bootstrap.IsInFlight || bootstrap.Session is not null || bootstrap.NextAt > now) return false;
        if (hasLinks) return !bootstrap.IsDone && !bootstrap.IsSelf && !peers.All.Any(peer => IsBusyAt(peer, bootstrap.Address));
        // Alone, even an address where this node itself answered is tried again: behind it may be a balancer of several nodes.
        return !string.Equals(bootstrap.Address, mesh.Options.NodeEndpoint, StringComparison.OrdinalIgnoreCase);
    }

    private static bool IsBusyAt(Peer peer, string address) =>
        (peer.Dial.IsInFlight || peer.Link is not null) && string.Equals(peer.Record.Record.NodeEndpoint, address, StringComparison.OrdinalIgnoreCase);

    private bool IsDue(Peer peer, TimeSpan now) =>
        peer.Link is null && !peer.Dial.IsInFlight && peer.Dial.NextAt <= now
        && peer.Record.Record.NodeEndpoint.Length > 0 && peer.Record.SpeaksOurProtocol && sessions.Of(peer.Id).Count == 0;

    private void Dial(DialTarget target)
    {
        if (target.Expected is { } node && peers.Find(node) is { } peer) target.Address = peer.Record.Record.NodeEndpoint;
        if (!_inFlight.TryAdd((target.Address, target.Expected), target)) return;
        target.IsInFlight = true;
        mesh.Actions.Dial(target.Address, target.Expected);
    }
}
