using System.Runtime.CompilerServices;
using System.Threading.Channels;
using Google.Protobuf;
using Xmtp.Client.Transport;
using Xmtp.Protocol.Errors;
using Xmtp.Protocol.MessageApi.V1;

namespace Xmtp.Client.Tests.Fakes;

/// <summary>A subscription with a small buffer, like a node's: a reader that falls behind is dropped.</summary>
internal sealed class FakeSubscription(FakeTransport transport, IReadOnlyCollection<string> topics) : IEnvelopeSubscription
{
    private readonly Channel<Envelope> _envelopes = Channel.CreateBounded<Envelope>(transport.SubscriptionBufferMax);
    private volatile HashSet<string> _topics = [.. topics];

    public IReadOnlySet<string> Topics => _topics;

    public string? Position { get; init; }

    public bool IsContinued { get; init; }

    public bool NoticesLoss => transport.NoticesLoss;

    public void Offer(Envelope envelope)
    {
        if (!_topics.Contains(envelope.ContentTopic)) return;
        for (var copies = transport.Copies; copies > 0; copies--)
        {
            if (!_envelopes.Writer.TryWrite(envelope)) Break(new NodeException(ErrorCatalogue.Unavailable, "the reader fell behind"));
        }
    }

    /// <summary>Ends it: with a failure, or without as when a node stops in good order.</summary>
    public void Break(Exception? failure) => _envelopes.Writer.TryComplete(failure);

    /// <summary>Sends a position mark.</summary>
    public void Mark(string position) =>
        _envelopes.Writer.TryWrite(new Envelope { ContentTopic = "xmtp-position", Message = ByteString.CopyFromUtf8(position) });

    public async Task ReplaceTopicsAsync(IReadOnlyCollection<string> topics, string? position = null, CancellationToken cancellationToken = default)
    {
        await transport.EnterAsync("ReplaceTopics", cancellationToken);
        if (_envelopes.Reader.Completion.IsCompleted) throw new NodeException(ErrorCatalogue.Unavailable, "the subscription has ended");
        _topics = [.. topics];
    }

    public async IAsyncEnumerable<Envelope> ReadAllAsync([EnumeratorCancellation] CancellationToken cancellationToken = default)
    {
        await foreach (var envelope in _envelopes.Reader.ReadAllAsync(cancellationToken)) yield return envelope;
    }

    public ValueTask DisposeAsync()
    {
        transport.Network.Remove(this);
        transport.Subscriptions.TryRemove(this, out _);
        _envelopes.Writer.TryComplete();
        return ValueTask.CompletedTask;
    }
}
