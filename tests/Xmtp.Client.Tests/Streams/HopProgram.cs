using System.Collections.Concurrent;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Time.Testing;
using Xmtp.Client.Network;
using Xmtp.Client.Nodes;
using Xmtp.Client.Streams;
using Xmtp.Client.Tests.Fakes;
using Xmtp.Client.Transport;
using Xmtp.Protocol.MessageApi.V1;
using Xmtp.Protocol.Topics;
using Xmtp.TestSupport;

namespace Xmtp.Client.Tests.Streams;

/// <summary>One random program of publishes, replication, marks, losses and hops, and the stream that goes through it.</summary>
internal sealed class HopProgram : IAsyncDisposable
{
    private const int Steps = 300;
    private const int NodeCount = 3;
    private static readonly string[] Topics = [.. Enumerable.Range(0, 6).Select(static i => Topic.DirectMessageV2($"{i}").Value)];

    private readonly SeededRandom _random;
    private readonly FakeTimeProvider _clock = TestAccount.Clock();
    private readonly FakeCluster _cluster = new(NodeCount);
    private readonly FailoverTransport _transport;
    private readonly HashSet<string> _followed = [.. Topics[..3]];
    private readonly Dictionary<string, List<string>> _published = Topics.ToDictionary(static topic => topic, static _ => new List<string>());
    private readonly ConcurrentQueue<string> _delivered = new();
    private readonly CancellationTokenSource _end = new();
    private LiveStream<Envelope> _stream = null!;
    private int _number;

    public HopProgram(SeededRandom random, bool positions)
    {
        _random = random;
        foreach (var node in _cluster.Nodes)
        {
            node.ReplacesLate = random.Number(2) == 0;
            if (positions) continue;
            node.KnowsPositions = random.Number(3) > 0;
            node.IgnoresPositions = random.Number(3) == 0;
        }

        var addresses = Enumerable.Range(0, NodeCount).ToDictionary(static i => FakeNodes.Address($"n{i}"));
        var pool = new NodePool(
            addresses.Keys,
            address => new TimeLimitedTransport(_cluster.Nodes[addresses[address]], TimeSpan.FromSeconds(30), _clock, disposeInner: true),
            _clock, new SeededRandom(random.Number(1000)), NullLogger.Instance);
        _transport = new FailoverTransport(pool);
    }

    /// <summary>Whether envelopes bear times long past, as those do that were published elsewhere and took their time.</summary>
    public bool IsLate { get; init; }

    /// <summary>Whether all nodes have read everything when a connection is lost, and nothing was published twice.</summary>
    public bool IsInStep { get; init; }

    public int SeenMax { get; init; } = 65_536;

    public async Task RunAsync()
    {
        var policy = new RetryPolicy { FirstDelay = TimeSpan.FromMilliseconds(20), DelayMax = TimeSpan.FromMilliseconds(200) };
        var connection = new NodeConnection(_transport, new Retries(policy, _clock, new SeededRandom(1), NullLogger.Instance));
        var skew = (ulong)TimeSpan.FromHours(IsLate ? 0.001 : 10).TotalMicroseconds * 1000;
        var context = new StreamContext(connection, new SenderClock(_clock), _clock, skew, 4, NullLogger.Instance);
        _stream = new LiveStream<Envelope>(context, static envelope => envelope, SeenMax);
        foreach (var topic in _followed) _stream.Follow(topic, Now);
        await _stream.OpenAsync(Now, _end.Token);
        var reading = ReadAsync();
        for (var step = 0; step < Steps; step++) await StepAsync();
        await FinishAsync();
        await _end.CancelAsync();
        await reading;
    }

    public async ValueTask DisposeAsync()
    {
        await _end.CancelAsync();
        if (_stream is not null) await _stream.DisposeAsync();
        await _transport.DisposeAsync();
        _end.Dispose();
    }

    private ulong Now => UnixTime.ToNanoseconds(_clock.GetUtcNow());

    private async Task StepAsync()
    {
        switch (_random.Number(20))
        {
            case < 8:
                Publish();
                break;
            case < 12:
                _cluster.Replicate(_random.Number(NodeCount), _random.Number(NodeCount), 1 + _random.Number(4));
                break;
            case < 14:
                AnyNode().Mark();
                break;
            case 14:
                Break();
                break;
            case 15:
                ToggleOne();
                break;
            case 16:
                FollowMore();
                break;
            case 17:
                await ConnectAsync();
                break;
            default:
                foreach (var node in _cluster.Nodes) node.TakeOnTopics();
                _clock.Advance(TimeSpan.FromMilliseconds(_random.Number(1500)));
                break;
        }

        for (var i = _random.Number(4); i > 0; i--) await Task.Yield();
    }

    /// <summary>Lets the stream come to rest at a node.</summary>
    private Task ConnectAsync() => _clock.RunAsync(
        Eventually.TrueAsync(() => _stream.State == ConnectionState.Connected, "the stream is connected"), TimeSpan.FromMilliseconds(1 + _random.Number(200)));

    private void Publish()
    {
        var age = IsLate && _random.Number(3) == 0 ? (ulong)_random.Number(1_000_000) * 1_000_000_000 : 0;
        var topic = Topics[_random.Number(Topics.Length)];
        var envelope = FakeCluster.Envelope(topic, Now - age, _number++);
        _published[topic].Add(envelope.Message.ToStringUtf8());
        var node = _random.Number(NodeCount);
        _cluster.Publish(node, envelope);

        // A publisher whose first node did not answer in time.
        if (!IsInStep && _random.Number(6) == 0) _cluster.Publish((node + 1) % NodeCount, envelope);
    }

    private void Break()
    {
        if (IsInStep) _cluster.ReplicateAll();
        AnyNode().Break(losesSent: _random.Number(2) == 0);
    }

    private void ToggleOne()
    {
        if (IsInStep) _cluster.ReplicateAll();
        var node = AnyNode();
        if (!node.IsDown && _cluster.Nodes.Count(static other => !other.IsDown) == 1) return;
        node.IsDown = !node.IsDown;
        if (node.IsDown) node.Break(losesSent: true);
    }

    private void FollowMore()
    {
        if (_followed.Count == Topics.Length) return;
        var topic = Topics[_followed.Count];
        _followed.Add(topic);
        _stream.FollowMore(topic, sinceNs: 0);
    }

    private async Task FinishAsync()
    {
        foreach (var node in _cluster.Nodes) node.IsDown = false;
        _cluster.ReplicateAll();
        string[] expected = [.. _followed.SelectMany(topic => _published[topic]).Order(StringComparer.Ordinal)];
        await _clock.RunAsync(Eventually.TrueAsync(() => _delivered.Distinct().Count() >= expected.Length, "all messages"));

        // One more comes last: what would be a repeat has come before it.
        var last = FakeCluster.Envelope(Topics[0], Now, _number++);
        _cluster.Publish(0, last);
        _cluster.ReplicateAll();
        await _clock.RunAsync(Eventually.TrueAsync(() => _delivered.Contains(last.Message.ToStringUtf8()), "the last message"));
        Assert.Equal(expected.Append(last.Message.ToStringUtf8()).Order(StringComparer.Ordinal), _delivered.Order(StringComparer.Ordinal));
    }

    private async Task ReadAsync()
    {
        try
        {
            await foreach (var envelope in _stream) _delivered.Enqueue(envelope.Message.ToStringUtf8());
        }
        catch (OperationCanceledException)
        {
            // The program is over.
        }
    }

    private FakeClusterNode AnyNode() => _cluster.Nodes[_random.Number(NodeCount)];
}
