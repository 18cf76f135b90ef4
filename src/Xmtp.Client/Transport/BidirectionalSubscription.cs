using Grpc.Core;
using Xmtp.Protocol.MessageApi.V1;

namespace Xmtp.Client.Transport;

/// <summary>A <c>Subscribe2</c> call: every request on it replaces the topics.</summary>
internal sealed class BidirectionalSubscription : IEnvelopeSubscription
{
    private readonly AsyncDuplexStreamingCall<SubscribeRequest, Envelope> _call;
    private readonly SemaphoreSlim _writing = new(1, 1);

    private BidirectionalSubscription(AsyncDuplexStreamingCall<SubscribeRequest, Envelope> call) => _call = call;

    public string? Position { get; private set; }

    public bool IsContinued { get; private set; }

    public bool NoticesLoss => true;

    public static async Task<IEnvelopeSubscription> OpenAsync(
        MessageApi.MessageApiClient api, Metadata headers, IReadOnlyCollection<string> topics, string? position, CancellationToken cancellationToken)
    {
        var subscription = new BidirectionalSubscription(api.Subscribe2(headers, cancellationToken: CancellationToken.None));
        try
        {
            await subscription.ReplaceTopicsAsync(topics, position, cancellationToken).ConfigureAwait(false);
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

    public async Task ReplaceTopicsAsync(
        IReadOnlyCollection<string> topics, string? position = null, CancellationToken cancellationToken = default)
    {
        var request = new SubscribeRequest { ContentTopics = { topics } };
        await _writing.WaitAsync(cancellationToken).ConfigureAwait(false);
        try
        {
            await _call.RequestStream.WriteAsync(request, cancellationToken).ConfigureAwait(false);
        }
        catch (Exception failure) when (failure is RpcException or InvalidOperationException or OperationCanceledException or IOException or HttpRequestException)
        {
            // The library reports a connection that breaks under a write as the handler below it does.
            cancellationToken.ThrowIfCancellationRequested();
            throw GrpcFailure.ToException(new RpcException(Ending(failure)));
        }
        finally
        {
            _writing.Release();
        }
    }

    public IAsyncEnumerable<Envelope> ReadAllAsync(CancellationToken cancellationToken = default) => GrpcFailure.ReadAllAsync(_call.ResponseStream, cancellationToken);

    public ValueTask DisposeAsync()
    {
        _call.Dispose();
        return ValueTask.CompletedTask;
    }

    /// <summary>A write to a call that is over says only that; the call itself knows why.</summary>
    private Status Ending(Exception failure)
    {
        try
        {
            if (_call.GetStatus() is { StatusCode: not StatusCode.OK } status) return status;
        }
        catch (InvalidOperationException)
        {
            // Not over yet, only broken.
        }

        return new Status(StatusCode.Unavailable, "the subscription has ended", failure);
    }
}
