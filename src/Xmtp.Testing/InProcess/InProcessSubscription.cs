using System.Runtime.CompilerServices;
using Xmtp.Client.Transport;
using Xmtp.Node.Core;
using Xmtp.Protocol.Errors;
using Xmtp.Protocol.MessageApi.V1;

namespace Xmtp.Testing.InProcess;

/// <summary>A subscription of a node in this process, which can be lost.</summary>
/// <param name="inner">The node's.</param>
/// <param name="isContinued">Whether it goes on from a position.</param>
/// <param name="closed">Told when it is over.</param>
internal sealed class InProcessSubscription(ISubscription inner, bool isContinued, Action<InProcessSubscription> closed) : IEnvelopeSubscription
{
    // It has no timer, so nothing is held when it is not disposed; and it may be dropped and disposed at the same time.
    private readonly CancellationTokenSource _dropped = new();

    public string? Position { get; } = inner.Position?.ToString();

    public bool IsContinued => isContinued;

    public bool NoticesLoss => true;

    /// <summary>Loses it: nothing is read from it any more.</summary>
    public void Drop() => _ = _dropped.CancelAsync();

    public Task ReplaceTopicsAsync(IReadOnlyCollection<string> topics, string? position = null, CancellationToken cancellationToken = default)
    {
        cancellationToken.ThrowIfCancellationRequested();
        if (_dropped.IsCancellationRequested) return Task.FromException(Failures.Dropped());
        inner.ReplaceTopics(topics);
        return Task.CompletedTask;
    }

    public async IAsyncEnumerable<Envelope> ReadAllAsync([EnumeratorCancellation] CancellationToken cancellationToken = default)
    {
        using var end = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, _dropped.Token);
        var envelopes = inner.ReadAllAsync(end.Token).GetAsyncEnumerator(CancellationToken.None);
        await using (envelopes.ConfigureAwait(false))
        {
            while (await MoveNextAsync(envelopes, cancellationToken).ConfigureAwait(false))
            {
                // All readers share the node's object; a wire would give each its own.
                yield return envelopes.Current.Clone();
            }
        }
    }

    public async ValueTask DisposeAsync()
    {
        closed(this);
        await inner.DisposeAsync().ConfigureAwait(false);
    }

    private async ValueTask<bool> MoveNextAsync(IAsyncEnumerator<Envelope> envelopes, CancellationToken cancellationToken)
    {
        try
        {
            var isThere = await envelopes.MoveNextAsync().ConfigureAwait(false);
            if (_dropped.IsCancellationRequested) throw Failures.Dropped();
            return isThere ? true : throw Failures.Of(ErrorCatalogue.Unavailable, "the subscription ended");
        }
        catch (OperationCanceledException) when (_dropped.IsCancellationRequested && !cancellationToken.IsCancellationRequested)
        {
            throw Failures.Dropped();
        }
        catch (XmtpException failure) when (failure is not NodeException)
        {
            throw Failures.Of(failure);
        }
    }
}
