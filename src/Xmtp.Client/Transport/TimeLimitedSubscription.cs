using System.Runtime.CompilerServices;
using Xmtp.Protocol.Errors;
using Xmtp.Protocol.MessageApi.V1;

namespace Xmtp.Client.Transport;

/// <summary>
/// A subscription whose calls have a time limit, and which is taken for lost when it is silent for longer than it can be:
/// a node that states positions sends a mark every 15 seconds, also when nothing happens.
/// </summary>
internal sealed class TimeLimitedSubscription(IEnvelopeSubscription inner, IEnvelopeQueries node, CallTimer timer) : IEnvelopeSubscription, IEnvelopeQueries
{
    /// <summary>Three marks that did not come.</summary>
    public static readonly TimeSpan SilenceMax = TimeSpan.FromSeconds(45);

    public string? Position => inner.Position;

    public bool IsContinued => inner.IsContinued;

    public bool NoticesLoss => inner.NoticesLoss || inner.Position is not null;

    public Task ReplaceTopicsAsync(
        IReadOnlyCollection<string> topics, string? position = null, CancellationToken cancellationToken = default) => timer.RunAsync(
        async token =>
        {
            await inner.ReplaceTopicsAsync(topics, position, token).ConfigureAwait(false);
            return true;
        },
        cancellationToken);

    public Task<QueryResponse> QueryAsync(QueryRequest request, CancellationToken cancellationToken = default) =>
        timer.RunAsync(token => node.QueryAsync(request, token), cancellationToken);

    public Task<BatchQueryResponse> BatchQueryAsync(BatchQueryRequest request, CancellationToken cancellationToken = default) =>
        timer.RunAsync(token => node.BatchQueryAsync(request, token), cancellationToken);

    public IAsyncEnumerable<Envelope> ReadAllAsync(CancellationToken cancellationToken = default) =>
        Position is null ? inner.ReadAllAsync(cancellationToken) : ReadWatchedAsync(cancellationToken);

    public ValueTask DisposeAsync() => inner.DisposeAsync();

    private async IAsyncEnumerable<Envelope> ReadWatchedAsync([EnumeratorCancellation] CancellationToken cancellationToken)
    {
        using var silence = new CancellationTokenSource(Timeout.InfiniteTimeSpan, timer.Time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(silence.Token, cancellationToken);
        var envelopes = inner.ReadAllAsync(either.Token).GetAsyncEnumerator(either.Token);
        await using (envelopes.ConfigureAwait(false))
        {
            while (true)
            {
                try
                {
                    // Only waiting counts: a reader that takes its time is not the node's silence.
                    silence.CancelAfter(SilenceMax);
                    if (!await envelopes.MoveNextAsync().ConfigureAwait(false)) yield break;
                    silence.CancelAfter(Timeout.InfiniteTimeSpan);
                }
                catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested && silence.IsCancellationRequested)
                {
                    throw new NodeException(ErrorCatalogue.Unavailable, $"the subscription was silent for {SilenceMax.TotalSeconds} s");
                }

                yield return envelopes.Current;
            }
        }
    }
}
