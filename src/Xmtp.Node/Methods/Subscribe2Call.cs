using Grpc.Core;
using Xmtp.Node.Calls;
using Xmtp.Node.Core;
using Xmtp.Node.Errors;
using Xmtp.Node.Metrics;
using Xmtp.Protocol.MessageApi.V1;

namespace Xmtp.Node.Methods;

/// <summary>Subscribe2: like Subscribe, but each further request replaces the whole set of topics. gRPC only.</summary>
internal sealed class Subscribe2Call(MessageService service, Admission admission, NodeHostMetrics metrics, ClientVersionTable versions, TimeProvider time)
{
    // How long the headers wait for the first set of topics. It usually comes in the same packet as the call; with it in
    // force, headers mean here what they mean for Subscribe. A client that says nothing yet gets them all the same.
    private static readonly TimeSpan s_firstTopicsWait = TimeSpan.FromMilliseconds(50);

    /// <summary>Runs the stream until the client goes away or the node ends it.</summary>
    /// <param name="requests">Sets of topics. When the client closes its side, the last one stays in force.</param>
    /// <param name="context">The request.</param>
    /// <param name="begin">Sends the headers.</param>
    /// <param name="write">Writes envelopes.</param>
    /// <param name="cancellationToken">The client went away.</param>
    public async Task RunAsync(
        IAsyncStreamReader<SubscribeRequest> requests, HttpContext context, Func<Task> begin, EnvelopePump.EnvelopeWriter write, CancellationToken cancellationToken)
    {
        admission.Charge(context, 1);
        using var subscription = PositionedReading.Open(context, service, []);
        using var end = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        var firstTopics = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        var reading = FollowAsync(requests, subscription, context, firstTopics, end.Token);
        try
        {
            await firstTopics.Task.WaitAsync(s_firstTopicsWait, time, cancellationToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            await begin().ConfigureAwait(false);
            var writing = EnvelopePump.RunAsync(subscription, write, end.Token);
            await Task.WhenAny(reading, writing).ConfigureAwait(false);
            // A request that does not parse ends the stream with its error; a client that merely has no more to say does not.
            if (reading.IsFaulted)
            {
                await end.CancelAsync().ConfigureAwait(false);
                await writing.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
                await reading.ConfigureAwait(false);
            }

            await writing.ConfigureAwait(false);
        }
        finally
        {
            await end.CancelAsync().ConfigureAwait(false);
            await reading.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }

    private async Task FollowAsync(
        IAsyncStreamReader<SubscribeRequest> requests, ISubscription subscription, HttpContext context, TaskCompletionSource firstTopics, CancellationToken cancellationToken)
    {
        try
        {
            while (await MoveNextAsync(requests, cancellationToken).ConfigureAwait(false))
            {
                metrics.Received(ApiMethod.Subscribe2);
                metrics.Subscribed(requests.Current.ContentTopics.Count, versions.Read(context.Request.Headers));
                // With positions each set of topics may be read from the store, which is what a query costs. The first is paid for.
                if (subscription.Position is not null && firstTopics.Task.IsCompleted) admission.Charge(context, 1);
                subscription.ReplaceTopics(requests.Current.ContentTopics);
                firstTopics.TrySetResult();
            }
        }
        finally
        {
            firstTopics.TrySetResult();
        }
    }

    private static async Task<bool> MoveNextAsync(IAsyncStreamReader<SubscribeRequest> requests, CancellationToken cancellationToken)
    {
        try
        {
            return await requests.MoveNext(cancellationToken).ConfigureAwait(false);
        }
        catch (Exception broken) when (broken is IOException or InvalidDataException)
        {
            throw RpcErrors.ToRpcException(RpcErrors.FromReading(broken));
        }
    }
}
