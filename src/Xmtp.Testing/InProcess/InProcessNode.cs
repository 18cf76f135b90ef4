using Microsoft.Extensions.Logging;
using Xmtp.Client.Transport;
using Xmtp.Cryptography;
using Xmtp.Identity;
using Xmtp.Node.Core;
using Xmtp.Node.Core.Access;
using Xmtp.Node.Core.Storage;
using Xmtp.Node.Core.Subscriptions;
using Xmtp.Protocol.Errors;
using Xmtp.Protocol.MessageApi.V1;

namespace Xmtp.Testing.InProcess;

/// <summary>
/// The core of a real node without ports: its checks of tokens and topics, log, queries and subscriptions on the store that forgets.
/// It has no rate limits; those are faults here.
/// </summary>
internal sealed class InProcessNode : IAsyncDisposable
{
    // What a node waits for others when the caller names no time.
    private static readonly TimeSpan s_peersPatience = TimeSpan.FromSeconds(10);

    private readonly MessageService _messages;
    private readonly PublishTokenVerifier _tokens;
    private readonly PublishAuthorizer _authorizer = new();
    private readonly int _envelopesMax;
    private readonly Lock _gate = new();
    private readonly List<Envelope> _published = [];
    private int _working;

    private InProcessNode(MessageService messages, PublishTokenVerifier tokens, int envelopesMax) =>
        (_messages, _tokens, _envelopesMax) = (messages, tokens, envelopesMax);

    /// <summary>Whether a call is being worked on, which needs no clock to go on.</summary>
    public bool IsWorking => Volatile.Read(ref _working) > 0;

    public int OpenSubscriptions => _messages.OpenSubscriptions;

    /// <summary>Copies of all that was published, in order of arrival.</summary>
    public IReadOnlyList<Envelope> Published
    {
        get
        {
            lock (_gate) return [.. _published.Select(static envelope => envelope.Clone())];
        }
    }

    public static async Task<InProcessNode> StartAsync(TimeProvider time, int envelopesMax, ILoggerFactory loggers, CancellationToken cancellationToken)
    {
        var messages = await MessageService.OpenAsync(
            new InMemoryEnvelopeStore(), time: time, loggers: loggers, cancellationToken: cancellationToken).ConfigureAwait(false);
        return new InProcessNode(messages, new PublishTokenVerifier(CryptoProvider.Default, time), envelopesMax);
    }

    /// <summary>Publishes as an account does.</summary>
    public Task<AckLevel?> PublishAsync(PublishRequest request, string authorization, AckLevel acknowledgement, CancellationToken cancellationToken)
    {
        try
        {
            _authorizer.Authorize(_tokens.Verify(authorization), request.Envelopes);
        }
        catch (XmtpException refusal)
        {
            return Task.FromException<AckLevel?>(Failures.Of(refusal));
        }

        return PublishAsync(request.Envelopes, acknowledgement, cancellationToken);
    }

    /// <summary>Publishes whatever it is given.</summary>
    public async Task<AckLevel?> PublishAsync(IReadOnlyList<Envelope> envelopes, AckLevel acknowledgement, CancellationToken cancellationToken)
    {
        Record(envelopes);
        var terms = new PublishTerms(Peers: acknowledgement.PeerCount, PeersPatience: s_peersPatience);
        var publish = _messages.PublishAsync(envelopes, terms, cancellationToken).AsTask();

        // Other nodes are waited for on the clock.
        var peers = acknowledgement == AckLevel.Local ? await WorkAsync(publish).ConfigureAwait(false) : await GuardAsync(publish).ConfigureAwait(false);
        return peers == 0 ? AckLevel.Local : AckLevel.Peers(peers);
    }

    public Task<QueryResponse> QueryAsync(QueryRequest request, CancellationToken cancellationToken) =>
        WorkAsync(_messages.QueryAsync(request, cancellationToken));

    public Task<BatchQueryResponse> BatchQueryAsync(BatchQueryRequest request, CancellationToken cancellationToken) =>
        WorkAsync(_messages.BatchQueryAsync(request, cancellationToken));

    public ISubscription Subscribe(IEnumerable<string> topics, StreamPosition? from)
    {
        try
        {
            return _messages.Subscribe(topics, from);
        }
        catch (XmtpException refusal)
        {
            throw Failures.Of(refusal);
        }
    }

    public ValueTask DisposeAsync() => _messages.DisposeAsync();

    private void Record(IReadOnlyList<Envelope> envelopes)
    {
        lock (_gate)
        {
            // Not to be repeated, so that a test that publishes without end fails instead of waiting for its clock.
            if (_published.Count + envelopes.Count > _envelopesMax)
                throw Failures.Of(ErrorCatalogue.StoreUnusable, $"a test network takes {_envelopesMax} envelopes; see {nameof(TestNetworkOptions)}.{nameof(TestNetworkOptions.EnvelopesMax)}");
            _published.AddRange(envelopes.Select(static envelope => envelope.Clone()));
        }
    }

    private async Task<T> WorkAsync<T>(Task<T> work)
    {
        Interlocked.Increment(ref _working);
        try
        {
            return await GuardAsync(work).ConfigureAwait(false);
        }
        finally
        {
            Interlocked.Decrement(ref _working);
        }
    }

    private static async Task<T> GuardAsync<T>(Task<T> work)
    {
        try
        {
            return await work.ConfigureAwait(false);
        }
        catch (XmtpException failure)
        {
            throw Failures.Of(failure);
        }
    }
}
