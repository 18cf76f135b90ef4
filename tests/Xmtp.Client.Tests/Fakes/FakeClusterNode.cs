using System.Globalization;
using Google.Protobuf;
using Xmtp.Client.Transport;
using Xmtp.Protocol.Envelopes;
using Xmtp.Protocol.Errors;
using Xmtp.Protocol.MessageApi.V1;

namespace Xmtp.Client.Tests.Fakes;

/// <summary>One node of a <see cref="FakeCluster"/>, and a client's connection to it.</summary>
internal sealed class FakeClusterNode(FakeCluster cluster, int index) : INodeTransport
{
    private readonly FakeNetwork _visible = new();
    private readonly Dictionary<string, (int Log, int Sequence, Envelope Envelope)> _shown = [];
    private readonly List<FakeClusterStream> _streams = [];
    private int _queriesSinceReplaced;

    /// <summary>How many entries of each log it has read.</summary>
    public int[] ReadTo { get; } = new int[cluster.Logs.Count];

    public bool IsDown { get; set; }

    /// <summary>Whether it states positions.</summary>
    public bool KnowsPositions { get; set; } = true;

    /// <summary>Whether it cannot read positions of others.</summary>
    public bool IgnoresPositions { get; set; }

    /// <summary>Whether topics are replaced on the open call, some time after the call to do so, as a node does it.</summary>
    public bool ReplacesLate { get; set; }

    /// <summary>How many subscriptions went on from a position.</summary>
    public int Continued { get; private set; }

    /// <summary>How often it was queried.</summary>
    public int Queries { get; private set; }

    public string Position => string.Join('.', ReadTo.Select(static count => count.ToString(CultureInfo.InvariantCulture)));

    /// <summary>Reads a log up to a number, and sends what is new to it to who follows it. The cluster's gate is held.</summary>
    public void Read(int log, int count)
    {
        TakeOnTopics();
        for (; ReadTo[log] < count; ReadTo[log]++)
        {
            var envelope = cluster.Logs[log][ReadTo[log]];
            var key = $"{envelope.TimestampNs} {Convert.ToHexString(EnvelopeDigest.Compute(envelope.ContentTopic, envelope.Message.Span))}";
            if (!_shown.TryAdd(key, (log, ReadTo[log] + 1, envelope))) continue;
            _visible.StoreSilently(envelope);
            foreach (var stream in _streams) stream.Offer(envelope);
        }
    }

    /// <summary>Sends a mark on all streams.</summary>
    public void Mark()
    {
        lock (cluster.Gate)
        {
            if (!KnowsPositions) return;
            foreach (var stream in _streams) stream.Send(new Envelope { ContentTopic = "xmtp-position", Message = ByteString.CopyFromUtf8(Position) });
        }
    }

    /// <summary>Breaks all streams.</summary>
    /// <param name="losesSent">Whether what was sent and not read yet is lost too.</param>
    public void Break(bool losesSent)
    {
        lock (cluster.Gate)
        {
            foreach (var stream in _streams) stream.Break(losesSent);
            _streams.Clear();
        }
    }

    /// <summary>Takes the topics on that streams were told to take on.</summary>
    public void TakeOnTopics()
    {
        lock (cluster.Gate)
        {
            foreach (var stream in _streams) stream.TakeOnTopics();
        }
    }

    public Task<AckLevel?> PublishAsync(
        PublishRequest request, string authorization, AckLevel acknowledgement = default, CancellationToken cancellationToken = default) =>
        throw new NodeException(ErrorCatalogue.Unavailable, "this node is published to by the test");

    public Task<QueryResponse> QueryAsync(QueryRequest request, CancellationToken cancellationToken = default)
    {
        lock (cluster.Gate)
        {
            BeforeQuery();
            Queries++;
            return Task.FromResult(_visible.Query(request));
        }
    }

    public Task<BatchQueryResponse> BatchQueryAsync(BatchQueryRequest request, CancellationToken cancellationToken = default)
    {
        lock (cluster.Gate)
        {
            BeforeQuery();
            Queries += request.Requests.Count;
            return Task.FromResult(new BatchQueryResponse { Responses = { request.Requests.Select(_visible.Query) } });
        }
    }

    public Task<IEnvelopeSubscription> SubscribeAsync(
        IReadOnlyCollection<string> topics, string? position = null, CancellationToken cancellationToken = default)
    {
        lock (cluster.Gate)
        {
            ThrowIfDown();
            var isContinued = KnowsPositions && !IgnoresPositions && position is not null;
            var stream = new FakeClusterStream(this, topics) { Position = KnowsPositions ? Position : null, IsContinued = isContinued };
            if (isContinued) Replay(stream, topics, [.. position!.Split('.').Select(int.Parse)]);
            _streams.Add(stream);
            return Task.FromResult<IEnvelopeSubscription>(stream);
        }
    }

    public Task<IReadOnlyList<string>?> GetPeersAsync(CancellationToken cancellationToken = default) => Task.FromResult<IReadOnlyList<string>?>(null);

    public ValueTask DisposeAsync() => ValueTask.CompletedTask;

    internal void Replace(FakeClusterStream stream, IReadOnlyCollection<string> topics)
    {
        lock (cluster.Gate)
        {
            if (!_streams.Contains(stream)) throw new NodeException(ErrorCatalogue.Unavailable, "the subscription has ended");
            stream.Topics = topics;
            _queriesSinceReplaced = 0;
            if (!ReplacesLate) stream.TakeOnTopics();
        }
    }

    internal void Close(FakeClusterStream stream)
    {
        lock (cluster.Gate) _streams.Remove(stream);
    }

    private void Replay(FakeClusterStream stream, IReadOnlyCollection<string> topics, int[] from)
    {
        Continued++;
        foreach (var (log, sequence, envelope) in _shown.Values.OrderBy(static row => row.Envelope.TimestampNs))
        {
            if (sequence > from[log] && topics.Contains(envelope.ContentTopic)) stream.Send(envelope);
        }
    }

    /// <summary>A query that comes right after new topics may be answered before they are taken on; a later one is not.</summary>
    private void BeforeQuery()
    {
        ThrowIfDown();
        if (_queriesSinceReplaced++ > 0) TakeOnTopics();
    }

    private void ThrowIfDown()
    {
        if (IsDown) throw new NodeException(ErrorCatalogue.Unavailable, $"node {index} is down");
    }
}
