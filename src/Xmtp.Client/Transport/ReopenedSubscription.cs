using System.Runtime.CompilerServices;
using System.Threading.Channels;
using Grpc.Core;
using Xmtp.Protocol.MessageApi.V1;

namespace Xmtp.Client.Transport;

/// <summary>
/// A subscription made of <c>Subscribe</c> calls: new topics open a new call beside the old one, and the old one goes on
/// for a while, so that what was under way on it still arrives. In that while envelopes come twice.
/// </summary>
internal sealed class ReopenedSubscription : IEnvelopeSubscription
{
    private const int BufferedMax = 16;
    private static readonly TimeSpan Overlap = TimeSpan.FromSeconds(2);

    private readonly MessageApi.MessageApiClient _api;
    private readonly Metadata _headers;
    private readonly TimeProvider _time;
    private readonly CancellationTokenSource _disposed = new();
    private readonly SemaphoreSlim _replacing = new(1, 1);
    private readonly Channel<Envelope> _envelopes = Channel.CreateBounded<Envelope>(
        new BoundedChannelOptions(BufferedMax) { SingleReader = true });

    private CancellationTokenSource? _current;

    private ReopenedSubscription(MessageApi.MessageApiClient api, Metadata headers, TimeProvider time) =>
        (_api, _headers, _time) = (api, headers, time);

    public bool NoticesLoss => false;

    public static async Task<IEnvelopeSubscription> OpenAsync(
        MessageApi.MessageApiClient api, Metadata headers, IReadOnlyCollection<string> topics, TimeProvider time, CancellationToken cancellationToken)
    {
        var subscription = new ReopenedSubscription(api, headers, time);
        try
        {
            await subscription.ReplaceTopicsAsync(topics, cancellationToken).ConfigureAwait(false);
            return subscription;
        }
        catch
        {
            await subscription.DisposeAsync().ConfigureAwait(false);
            throw;
        }
    }

    public async Task ReplaceTopicsAsync(IReadOnlyCollection<string> topics, CancellationToken cancellationToken = default)
    {
        await _replacing.WaitAsync(cancellationToken).ConfigureAwait(false);
        try
        {
            var lifetime = CancellationTokenSource.CreateLinkedTokenSource(_disposed.Token);
            AsyncServerStreamingCall<Envelope> call;
            try
            {
                call = await OpenCallAsync(topics, lifetime.Token, cancellationToken).ConfigureAwait(false);
            }
            catch
            {
                lifetime.Dispose();
                throw;
            }

            var old = Interlocked.Exchange(ref _current, lifetime);
            _ = PumpAsync(call, lifetime);
            if (old is not null) _ = EndAfterOverlapAsync(old);
        }
        finally
        {
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

    private async Task<AsyncServerStreamingCall<Envelope>> OpenCallAsync(
        IReadOnlyCollection<string> topics, CancellationToken lifetime, CancellationToken cancellationToken)
    {
        var call = _api.Subscribe(new SubscribeRequest { ContentTopics = { topics } }, _headers, cancellationToken: lifetime);
        try
        {
            await GrpcFailure.GuardAsync(call.ResponseHeadersAsync.WaitAsync(cancellationToken), cancellationToken).ConfigureAwait(false);
            return call;
        }
        catch
        {
            call.Dispose();
            throw;
        }
    }

    private async Task PumpAsync(AsyncServerStreamingCall<Envelope> call, CancellationTokenSource lifetime)
    {
        Exception? failure = null;
        try
        {
            while (await GrpcFailure.GuardAsync(call.ResponseStream.MoveNext(lifetime.Token), lifetime.Token).ConfigureAwait(false))
                await _envelopes.Writer.WriteAsync(call.ResponseStream.Current, lifetime.Token).ConfigureAwait(false);
        }
        catch (Exception ended)
        {
            // Everything that ends a call ends it here; whether it matters is decided below.
            failure = ended;
        }

        // Only the newest call's end is the end of the subscription: its predecessors are meant to go.
        if (!lifetime.IsCancellationRequested && ReferenceEquals(Volatile.Read(ref _current), lifetime)) _envelopes.Writer.TryComplete(failure);
        call.Dispose();
    }

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
