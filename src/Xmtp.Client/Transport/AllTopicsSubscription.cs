using Grpc.Core;
using Xmtp.Protocol.MessageApi.V1;

namespace Xmtp.Client.Transport;

/// <summary>A <c>SubscribeAll</c> call.</summary>
internal sealed class AllTopicsSubscription : IEnvelopeSubscription
{
    private readonly AsyncServerStreamingCall<Envelope> _call;

    private AllTopicsSubscription(AsyncServerStreamingCall<Envelope> call, bool noticesLoss) => (_call, NoticesLoss) = (call, noticesLoss);

    public string? Position { get; private set; }

    public bool IsContinued { get; private set; }

    public bool NoticesLoss { get; }

    public static async Task<IEnvelopeSubscription> OpenAsync(
        MessageApi.MessageApiClient api, Metadata headers, string? position, bool noticesLoss, CancellationToken cancellationToken)
    {
        var subscription = new AllTopicsSubscription(api.SubscribeAll(new SubscribeAllRequest(), headers, cancellationToken: CancellationToken.None), noticesLoss);
        try
        {
            var answer = await GrpcFailure.GuardAsync(
                subscription._call.ResponseHeadersAsync.WaitAsync(cancellationToken), cancellationToken).ConfigureAwait(false);
            (subscription.Position, subscription.IsContinued) = (NodeMetadata.Position(answer), NodeMetadata.IsContinued(answer, position));
            return subscription;
        }
        catch
        {
            await subscription.DisposeAsync().ConfigureAwait(false);
            throw;
        }
    }

    public Task ReplaceTopicsAsync(IReadOnlyCollection<string> topics, string? position = null, CancellationToken cancellationToken = default) =>
        throw new InvalidOperationException("This subscription follows all topics; open another one for single topics.");

    public IAsyncEnumerable<Envelope> ReadAllAsync(CancellationToken cancellationToken = default) => GrpcFailure.ReadAllAsync(_call.ResponseStream, cancellationToken);

    public ValueTask DisposeAsync()
    {
        _call.Dispose();
        return ValueTask.CompletedTask;
    }
}
