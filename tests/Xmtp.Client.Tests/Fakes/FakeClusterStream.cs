using System.Runtime.CompilerServices;
using System.Threading.Channels;
using Xmtp.Client.Transport;
using Xmtp.Protocol.Errors;
using Xmtp.Protocol.MessageApi.V1;

namespace Xmtp.Client.Tests.Fakes;

/// <summary>A subscription at a <see cref="FakeClusterNode"/>.</summary>
internal sealed class FakeClusterStream(FakeClusterNode node, IReadOnlyCollection<string> topics) : IEnvelopeSubscription
{
    private readonly Channel<Envelope> _sent = Channel.CreateUnbounded<Envelope>();
    private HashSet<string> _topics = [.. topics];
    private volatile bool _losesSent;

    public string? Position { get; init; }

    public bool IsContinued { get; init; }

    public bool NoticesLoss => true;

    /// <summary>What the client wants, whether taken on or not.</summary>
    public IReadOnlyCollection<string> Topics { get; set; } = topics;

    public void TakeOnTopics() => _topics = [.. Topics];

    public void Offer(Envelope envelope)
    {
        if (_topics.Contains(envelope.ContentTopic)) Send(envelope);
    }

    public void Send(Envelope envelope) => _sent.Writer.TryWrite(envelope);

    public void Break(bool losesSent)
    {
        _losesSent = losesSent;
        _sent.Writer.TryComplete(new NodeException(ErrorCatalogue.Unavailable, "broken"));
    }

    public Task ReplaceTopicsAsync(IReadOnlyCollection<string> topics, string? position = null, CancellationToken cancellationToken = default)
    {
        node.Replace(this, topics);
        return Task.CompletedTask;
    }

    public async IAsyncEnumerable<Envelope> ReadAllAsync([EnumeratorCancellation] CancellationToken cancellationToken = default)
    {
        await foreach (var envelope in _sent.Reader.ReadAllAsync(cancellationToken))
        {
            if (_losesSent) throw new NodeException(ErrorCatalogue.Unavailable, "broken");
            yield return envelope.Clone();
        }
    }

    public ValueTask DisposeAsync()
    {
        node.Close(this);
        _sent.Writer.TryComplete();
        return ValueTask.CompletedTask;
    }
}
