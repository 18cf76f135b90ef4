using System.Collections.Concurrent;
using Xmtp.Client.Transport;
using Xmtp.Node.Core.Subscriptions;
using Xmtp.Protocol.MessageApi.V1;

namespace Xmtp.Testing.InProcess;

/// <summary>One client's way to the node, with the faults that lie on it.</summary>
internal sealed class InProcessTransport : IMessageTransport
{
    private readonly InProcessNode _node;
    private readonly NetworkFaults _all;
    private readonly TimeProvider _time;
    private readonly ConcurrentDictionary<InProcessSubscription, bool> _subscriptions = new();

    public InProcessTransport(InProcessNode node, NetworkFaults all, TimeProvider time)
    {
        (_node, _all, _time) = (node, all, time);
        Faults = new NetworkFaults(DropSubscriptions);
    }

    /// <summary>Those of this client alone.</summary>
    public NetworkFaults Faults { get; }

    public int DropSubscriptions()
    {
        var count = 0;
        foreach (var subscription in _subscriptions.Keys)
        {
            if (!_subscriptions.TryRemove(subscription, out _)) continue;
            subscription.Drop();
            count++;
        }

        return count;
    }

    public Task<AckLevel?> PublishAsync(
        PublishRequest request, string authorization, AckLevel acknowledgement = default, CancellationToken cancellationToken = default) =>
        CallAsync(NetworkCall.Publish, () => _node.PublishAsync(request, authorization, acknowledgement, cancellationToken), cancellationToken);

    public Task<QueryResponse> QueryAsync(QueryRequest request, CancellationToken cancellationToken = default) =>
        CallAsync(NetworkCall.Query, () => _node.QueryAsync(request, cancellationToken), cancellationToken);

    public Task<BatchQueryResponse> BatchQueryAsync(BatchQueryRequest request, CancellationToken cancellationToken = default) =>
        CallAsync(NetworkCall.Query, () => _node.BatchQueryAsync(request, cancellationToken), cancellationToken);

    public Task<IEnvelopeSubscription> SubscribeAsync(
        IReadOnlyCollection<string> topics, string? position = null, CancellationToken cancellationToken = default) =>
        CallAsync(NetworkCall.Subscribe, () => Task.FromResult<IEnvelopeSubscription>(Subscribe(topics, position)), cancellationToken);

    public ValueTask DisposeAsync()
    {
        DropSubscriptions();
        return ValueTask.CompletedTask;
    }

    private InProcessSubscription Subscribe(IReadOnlyCollection<string> topics, string? position)
    {
        var isContinued = StreamPosition.TryParse(position, out var from);
        var subscription = new InProcessSubscription(_node.Subscribe(topics, from), isContinued, closed => _subscriptions.TryRemove(closed, out _));
        _subscriptions[subscription] = true;

        // Whoever went offline meanwhile did not find it.
        if (IsOffline) DropSubscriptions();
        return subscription;
    }

    private bool IsOffline => Faults.IsOffline || _all.IsOffline;

    private async Task<T> CallAsync<T>(NetworkCall call, Func<Task<T>> work, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        if (Faults.Delay + _all.Delay is var delay && delay > TimeSpan.Zero) await Task.Delay(delay, _time, cancellationToken).ConfigureAwait(false);
        if (IsOffline) throw Failures.Offline();
        var fault = Faults.Take(call) ?? _all.Take(call);
        if (fault is { IsAnswerLost: false }) throw Failures.Of(fault);
        var answer = await work().ConfigureAwait(false);
        return fault is null ? answer : throw Failures.Of(fault);
    }
}
