using System.Runtime.CompilerServices;
using System.Threading.Channels;
using Grpc.Core;
using Xmtp.Protocol.Errors;
using Xmtp.Protocol.MessageApi.V1;

namespace Xmtp.Client.Transport;

/// <summary>
/// A subscription made of <c>Subscribe</c> calls: new topics open a new call beside the old one, and the old one goes on
/// for a while, so that what was under way on it still arrives. In that while envelopes come twice. Where the node states
/// positions, a new call goes on from the one in hand: it is complete by itself, and only its marks count from then on.
/// </summary>
internal sealed class ReopenedSubscription : IEnvelopeSubscription
{
    private const int BufferedMax = 16;
    private static readonly TimeSpan Overlap = TimeSpan.FromSeconds(2);

    private readonly OpenCall _open;
    private readonly TimeProvider _time;
    private readonly CancellationTokenSource _disposed = new();
    private readonly SemaphoreSlim _replacing = new(1, 1);
    private readonly Channel<Envelope> _envelopes = Channel.CreateBounded<Envelope>(
        new BoundedChannelOptions(BufferedMax) { SingleReader = true });

    private CancellationTokenSource? _current;
    private volatile bool _isReplacing;

    private ReopenedSubscription(OpenCall open, TimeProvider time) => (_open, _time) = (open, time);

    /// <summary>Begins a call.</summary>
    internal delegate AsyncServerStreamingCall<Envelope> OpenCall(
        IReadOnlyCollection<string> topics, string? position, CancellationToken cancellationToken);

    public string? Position { get; private set; }

    public bool IsContinued { get; private set; }

    public bool NoticesLoss => false;

    public static async Task<IEnvelopeSubscription> OpenAsync(
        OpenCall open, IReadOnlyCollection<string> topics, string? position, TimeProvider time, CancellationToken cancellationToken)
    {
        var subscription = new ReopenedSubscription(open, time);
        try
        {
            var answer = await subscription.ReplaceAsync(topics, position, cancellationToken).ConfigureAwait(false);
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
        await _replacing.WaitAsync(cancellationToken).ConfigureAwait(false);
        try
        {
            // Marks of the old call that come from here on say nothing of the new one.
            _isReplacing = true;
            var answer = await ReplaceAsync(topics, position, cancellationToken).ConfigureAwait(false);
            if (Position is null || NodeMetadata.IsContinued(answer, position)) return;

            // Another node behind the same address, perhaps: who keeps the stream alive must begin anew.
            var failure = new NodeException(ErrorCatalogue.Unavailable, "the node does not go on from the position it was given");
            _envelopes.Writer.TryComplete(failure);
            throw failure;
        }
        finally
        {
            _isReplacing = false;
            _replacing.Release();
        }
    }

    public async IAsyncEnumerable<Envelope> ReadAllAsync([EnumeratorCancellation] CancellationToken cancellationToken = default)
    {
        await foreach (var envelope in _envelopes.Reader.ReadAllAsync(cancellationToken).ConfigureAwait(false))
            yield return envelope;
    }

    public async ValueTask DisposeAsync()
    {
        await _disposed.CancelAsync().ConfigureAwait(false);
        _envelopes.Writer.TryComplete();
    }

    private async Task<Metadata> ReplaceAsync(IReadOnlyCollection<string> topics, string? position, CancellationToken cancellationToken)
    {
        var lifetime = CancellationTokenSource.CreateLinkedTokenSource(_disposed.Token);
        AsyncServerStreamingCall<Envelope>? call = null;
        try
        {
            call = _open(topics, position, lifetime.Token);
            var answer = await GrpcFailure.GuardAsync(call.ResponseHeadersAsync.WaitAsync(cancellationToken), cancellationToken).ConfigureAwait(false);
            var old = Interlocked.Exchange(ref _current, lifetime);
            _ = PumpAsync(call, lifetime);
            if (old is not null) _ = EndAfterOverlapAsync(old);
            return answer;
        }
        catch
        {
            call?.Dispose();
            lifetime.Dispose();
            throw;
        }
    }

    private async Task PumpAsync(AsyncServerStreamingCall<Envelope> call, CancellationTokenSource lifetime)
    {
        Exception? failure = null;
        try
        {
            while (await GrpcFailure.GuardAsync(call.ResponseStream.MoveNext(lifetime.Token), lifetime.Token).ConfigureAwait(false))
            {
                var envelope = call.ResponseStream.Current;
                if (NodeMetadata.IsMark(envelope) && (_isReplacing || !IsNewest(lifetime))) continue;
                await _envelopes.Writer.WriteAsync(envelope, lifetime.Token).ConfigureAwait(false);
            }
        }
        catch (Exception ended)
        {
            // Everything that ends a call ends it here; whether it matters is decided below.
            failure = ended;
        }

        // Only the newest call's end is the end of the subscription: its predecessors are meant to go.
        if (!lifetime.IsCancellationRequested && IsNewest(lifetime)) _envelopes.Writer.TryComplete(failure);
        call.Dispose();
    }

    private bool IsNewest(CancellationTokenSource call) => ReferenceEquals(Volatile.Read(ref _current), call);

    private async Task EndAfterOverlapAsync(CancellationTokenSource old)
    {
        try
        {
            await Task.Delay(Overlap, _time, _disposed.Token).ConfigureAwait(false);
        }
        catch (OperationCanceledException)
        {
            // Disposed meanwhile: end it now.
        }

        await old.CancelAsync().ConfigureAwait(false);
        old.Dispose();
    }
}
