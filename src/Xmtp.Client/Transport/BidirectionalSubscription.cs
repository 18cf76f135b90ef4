using System.Runtime.CompilerServices;
using Grpc.Core;
using Xmtp.Protocol.MessageApi.V1;

namespace Xmtp.Client.Transport;

/// <summary>A <c>Subscribe2</c> call: every request on it replaces the topics.</summary>
internal sealed class BidirectionalSubscription : IEnvelopeSubscription
{
    private readonly AsyncDuplexStreamingCall<SubscribeRequest, Envelope> _call;
    private readonly SemaphoreSlim _writing = new(1, 1);

    private BidirectionalSubscription(AsyncDuplexStreamingCall<SubscribeRequest, Envelope> call) => _call = call;

    public static async Task<IEnvelopeSubscription> OpenAsync(
        MessageApi.MessageApiClient api, Metadata headers, IReadOnlyCollection<string> topics, CancellationToken cancellationToken)
    {
        var subscription = new BidirectionalSubscription(api.Subscribe2(headers, cancellationToken: CancellationToken.None));
        try
        {
            await subscription.ReplaceTopicsAsync(topics, cancellationToken).ConfigureAwait(false);
            await subscription._call.ResponseHeadersAsync.WaitAsync(cancellationToken).ConfigureAwait(false);
            return subscription;
        }
        catch (RpcException failure)
        {
            await subscription.DisposeAsync().ConfigureAwait(false);
            throw GrpcFailure.ToException(failure);
        }
        catch
        {
            await subscription.DisposeAsync().ConfigureAwait(false);
            throw;
        }
    }

    public async Task ReplaceTopicsAsync(IReadOnlyCollection<string> topics, CancellationToken cancellationToken = default)
    {
        var request = new SubscribeRequest { ContentTopics = { topics } };
        await _writing.WaitAsync(cancellationToken).ConfigureAwait(false);
        try
        {
            await _call.RequestStream.WriteAsync(request, cancellationToken).ConfigureAwait(false);
        }
        catch (InvalidOperationException failure)
        {
            // The call has completed; its status is what the reader gets.
            throw GrpcFailure.ToException(new RpcException(new Status(StatusCode.Unavailable, "the subscription has ended", failure)));
        }
        catch (RpcException failure)
        {
            throw GrpcFailure.ToException(failure);
        }
        finally
        {
            _writing.Release();
        }
    }

    public async IAsyncEnumerable<Envelope> ReadAllAsync([EnumeratorCancellation] CancellationToken cancellationToken = default)
    {
        while (await MoveNextAsync(_call.ResponseStream, cancellationToken).ConfigureAwait(false))
            yield return _call.ResponseStream.Current;
    }

    public ValueTask DisposeAsync()
    {
        _call.Dispose();
        return ValueTask.CompletedTask;
    }

    internal static async Task<bool> MoveNextAsync(IAsyncStreamReader<Envelope> reader, CancellationToken cancellationToken)
    {
        try
        {
            return await reader.MoveNext(cancellationToken).ConfigureAwait(false);
        }
        catch (RpcException failure)
        {
            throw GrpcFailure.ToException(failure);
        }
    }
}
