using System.Security.Cryptography;
using Microsoft.Extensions.Logging;
using Xmtp.Client.Network;
using Xmtp.Client.Transport;

namespace Xmtp.Client.Nodes;

/// <summary>
/// The nodes a client knows, and what it remembers of their health. Calls go to the first that is healthy: the configured
/// ones in their order, then those that were learnt. A node that failed is avoided for a while, longer from time to time,
/// and then tried by one call while the others go on elsewhere. Safe for concurrent use.
/// </summary>
internal sealed class NodePool : IAsyncDisposable
{
    /// <summary>How many nodes are kept beside the configured ones.</summary>
    public const int LearntMax = 64;

    private const int DoublingsMax = 16;
    private static readonly TimeSpan FirstBackOff = TimeSpan.FromSeconds(0.5);
    private static readonly TimeSpan BackOffMax = TimeSpan.FromSeconds(30);
    private static readonly TimeSpan RetryAfterMax = TimeSpan.FromMinutes(1);

    private readonly Lock _gate = new();
    private readonly PoolNode[] _configured;
    private readonly Func<Uri, INodeTransport> _connect;
    private readonly TimeProvider _time;
    private readonly RandomNumberGenerator _random;
    private readonly ILogger _logger;
    private List<PoolNode> _learnt = [];

    public NodePool(IEnumerable<Uri> configured, Func<Uri, INodeTransport> connect, TimeProvider time, RandomNumberGenerator random, ILogger logger)
    {
        (_connect, _time, _random, _logger) = (connect, time, random, logger);
        _configured = [.. configured.Select(address => new PoolNode(address, connect))];
        ArgumentOutOfRangeException.ThrowIfZero(_configured.Length, nameof(configured));
    }

    /// <summary>What was learnt, in the order in which it is used.</summary>
    public Uri[] Learnt
    {
        get
        {
            lock (_gate) return [.. _learnt.Select(static node => node.Address)];
        }
    }

    /// <summary>The best node for a call; when all are avoided, the one whose time is up first.</summary>
    public NodeLease Enter()
    {
        lock (_gate)
        {
            var now = _time.GetTimestamp();
            return EnterLocked(All.FirstOrDefault(node => node.IsHealthy(now)) ?? All.MinBy(static node => node.AvoidedUntil)!);
        }
    }

    /// <summary>The best node that a call has not failed at yet; null when no other is healthy.</summary>
    public NodeLease? TryEnterOther(IReadOnlyCollection<PoolNode> tried)
    {
        lock (_gate)
        {
            var now = _time.GetTimestamp();
            return All.FirstOrDefault(node => node.IsHealthy(now) && !tried.Contains(node)) is { } node ? EnterLocked(node) : null;
        }
    }

    /// <summary>Makes these the nodes beside the configured ones. Those that stay keep their place and their health.</summary>
    public async ValueTask LearnAsync(IReadOnlyCollection<Uri> addresses)
    {
        var gone = new List<IAsyncDisposable>();
        lock (_gate)
        {
            var wanted = addresses.Distinct().Except(_configured.Select(static node => node.Address)).ToHashSet();
            foreach (var node in _learnt.Where(node => !wanted.Contains(node.Address)))
            {
                node.IsRemoved = true;
                if (node.Users == 0 && node.TakeTransport() is { } transport) gone.Add(transport);
            }

            _learnt.RemoveAll(static node => node.IsRemoved);
            wanted.ExceptWith(_learnt.Select(static node => node.Address));

            // In an order of its own, so that not all clients of a network turn to the same node.
            var added = wanted.OrderBy(_ => Jitter.Next(_random)).Take(LearntMax - _learnt.Count);
            _learnt.AddRange(added.Select(address => new PoolNode(address, _connect)));
        }

        foreach (var transport in gone) await transport.DisposeAsync().ConfigureAwait(false);
    }

    /// <summary>Ends all calls.</summary>
    public async ValueTask DisposeAsync()
    {
        INodeTransport?[] transports;
        lock (_gate)
        {
            transports = [.. All.Select(static node => node.TakeTransport())];
            foreach (var node in All) node.IsRemoved = true;
        }

        foreach (var transport in transports)
        {
            if (transport is not null) await transport.DisposeAsync().ConfigureAwait(false);
        }
    }

    internal void Answered(PoolNode node, int version)
    {
        lock (_gate)
        {
            node.IsTried = false;

            // An answer to an old question says nothing of what failed since.
            if (node.Version != version || node.Failures == 0) return;
            node.Answered();
        }

        ClientLog.NodeIsBack(_logger, node.Address);
    }

    internal void Failed(PoolNode node, int version, NodeException failure)
    {
        TimeSpan wait;
        lock (_gate)
        {
            node.IsTried = false;
            if (node.Version != version) return;
            var longest = Math.Min(FirstBackOff.TotalSeconds * Math.Pow(2, Math.Min(node.Failures, DoublingsMax)), BackOffMax.TotalSeconds);
            wait = TimeSpan.FromSeconds(longest * Jitter.Next(_random));
            if (failure.RetryAfter is { } asked && asked > wait) wait = asked < RetryAfterMax ? asked : RetryAfterMax;
            node.Failed(_time.GetTimestamp() + (long)(wait.TotalSeconds * _time.TimestampFrequency));
        }

        ClientLog.AvoidingNode(_logger, node.Address, wait.TotalMilliseconds, failure.Message);
    }

    internal async ValueTask LeaveAsync(PoolNode node, bool wasTrying)
    {
        INodeTransport? unused = null;
        lock (_gate)
        {
            if (wasTrying) node.IsTried = false;
            if (--node.Users == 0 && node.IsRemoved) unused = node.TakeTransport();
        }

        if (unused is not null) await unused.DisposeAsync().ConfigureAwait(false);
    }

    private IEnumerable<PoolNode> All => _configured.Concat(_learnt);

    private NodeLease EnterLocked(PoolNode node)
    {
        var isTrying = node.Failures > 0;
        if (isTrying) node.IsTried = true;
        node.Users++;
        return new NodeLease(this, node, node.Transport, node.Version, isTrying);
    }
}
