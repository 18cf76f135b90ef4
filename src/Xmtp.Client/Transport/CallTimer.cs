using Xmtp.Protocol.Errors;

namespace Xmtp.Client.Transport;

/// <summary>Ends what a node does not answer in time.</summary>
internal sealed class CallTimer(TimeSpan limit, TimeProvider time)
{
    public TimeProvider Time => time;

    public async Task<T> RunAsync<T>(Func<CancellationToken, Task<T>> call, CancellationToken cancellationToken)
    {
        using var timer = new CancellationTokenSource(limit, time);
        using var both = CancellationTokenSource.CreateLinkedTokenSource(timer.Token, cancellationToken);
        try
        {
            return await call(both.Token).ConfigureAwait(false);
        }
        catch (OperationCanceledException cancelled) when (!cancellationToken.IsCancellationRequested && timer.IsCancellationRequested)
        {
            throw new NodeException(ErrorCatalogue.DeadlineExceeded, $"the node did not answer within {limit.TotalSeconds:0.###} s", cancelled);
        }
    }
}
