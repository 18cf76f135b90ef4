using System.Diagnostics.CodeAnalysis;
using Xmtp.Client.Network;
using Xmtp.Client.Streams;
using Xmtp.Cryptography;
using Xmtp.Protocol;
using Xmtp.Protocol.Errors;
using Xmtp.Protocol.MessageApi.V1;

namespace Xmtp.Client.Consent;

/// <summary>
/// Whom this account wants to hear from. The decisions are on the network, readable by this account's devices alone.
/// Safe for concurrent use.
/// </summary>
[SuppressMessage("Design", "CA1001", Justification = "Part of the client, which closes it; users must not.")]
public sealed class ConsentPreferences
{
    private readonly ClientContext _client;
    private readonly ConsentLog _log;
    private readonly ConsentList _list;
    private readonly IncrementalReader _reader;
    private readonly SemaphoreSlim _reading = new(1, 1);
    private readonly SemaphoreSlim _publishing = new(1, 1);

    internal ConsentPreferences(ClientContext client)
    {
        _client = client;
        _log = new ConsentLog(client.Keys.IdentityKey);
        _list = new ConsentList(_log);
        _reader = new IncrementalReader(client.Connection, client.Clock, _log.Topic, client.ClockSkewNs, Limits.UserPreferencesPageSizeMax);
    }

    /// <summary>Every decision known, without asking the network.</summary>
    public IReadOnlyDictionary<ConsentEntry, ConsentState> Entries => _list.Entries;

    /// <summary>What is known of the decision about an account, without asking the network.</summary>
    public ConsentState StateOf(EthereumAddress account) => _list[account];

    /// <summary>What is known of the decision about an account, group or inbox, without asking the network.</summary>
    public ConsentState StateOf(ConsentEntry entry) => _list[entry];

    /// <summary>
    /// Fetches decisions that are new, or all; then allows the peers of those conversations whose invitation brought a valid
    /// proof that this account wants to hear from them, unless something was decided about them.
    /// </summary>
    /// <param name="reload">Reads everything again.</param>
    /// <param name="cancellationToken">Ends the call.</param>
    public async Task RefreshAsync(bool reload = false, CancellationToken cancellationToken = default)
    {
        _client.ThrowIfDisposed();
        await ReadAsync(reload, cancellationToken).ConfigureAwait(false);
        var now = _client.Clock.UtcNow;
        EthereumAddress[] proved =
        [
            .. (await _client.Conversations.ListAsync(cancellationToken: cancellationToken).ConfigureAwait(false))
                .Where(conversation => StateOf(conversation.Peer) == ConsentState.Unknown &&
                    conversation.ConsentProof?.Verify(_client.Self, conversation.Peer, now, _client.Provider) == ConsentProofVerdict.Valid)
                .Select(static conversation => conversation.Peer)
                .Distinct(),
        ];
        if (proved.Length > 0) await PublishAsync(ConsentAction.Allow(proved), cancellationToken).ConfigureAwait(false);
    }

    /// <summary>Allows accounts, in one entry of the log.</summary>
    /// <exception cref="XmtpException">The node refused it, or did not answer.</exception>
    public Task AllowAsync(IEnumerable<EthereumAddress> accounts, CancellationToken cancellationToken = default) =>
        SetAsync(ConsentAction.Allow(accounts), cancellationToken);

    /// <summary>Allows an account.</summary>
    /// <exception cref="XmtpException">The node refused it, or did not answer.</exception>
    public Task AllowAsync(EthereumAddress account, CancellationToken cancellationToken = default) => AllowAsync([account], cancellationToken);

    /// <summary>Denies accounts, in one entry of the log.</summary>
    /// <exception cref="XmtpException">The node refused it, or did not answer.</exception>
    public Task DenyAsync(IEnumerable<EthereumAddress> accounts, CancellationToken cancellationToken = default) =>
        SetAsync(ConsentAction.Deny(accounts), cancellationToken);

    /// <summary>Denies an account.</summary>
    /// <exception cref="XmtpException">The node refused it, or did not answer.</exception>
    public Task DenyAsync(EthereumAddress account, CancellationToken cancellationToken = default) => DenyAsync([account], cancellationToken);

    /// <summary>Writes a decision of any kind. It counts at once here, and over all that were made before.</summary>
    /// <exception cref="XmtpException">The node refused it, or did not answer.</exception>
    public async Task SetAsync(ConsentAction action, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(action);
        _client.ThrowIfDisposed();
        if (action.Values.Count == 0) return;
        await EnsureReadAsync(cancellationToken).ConfigureAwait(false);
        await PublishAsync(action, cancellationToken).ConfigureAwait(false);
    }

    /// <summary>Streams decisions that other devices of the account make from now on. They count here as soon as they arrive.</summary>
    /// <param name="cancellationToken">Ends the opening, and later the stream.</param>
    public async Task<LiveStream<ConsentUpdate>> StreamAsync(CancellationToken cancellationToken = default)
    {
        _client.ThrowIfDisposed();
        var nowNs = _client.Clock.NowNs;
        await EnsureReadAsync(cancellationToken).ConfigureAwait(false);
        var stream = new LiveStream<ConsentUpdate>(_client.Streams, Apply);
        stream.Follow(_log.Topic.Value, nowNs);
        return await stream.OpenAsync(newSinceNs: null, cancellationToken).ConfigureAwait(false);
    }

    /// <summary>Allows a peer who was just written to. That it was sent is what matters, so a failure is only logged.</summary>
    /// <param name="peer">The peer.</param>
    /// <param name="evenIfDenied">Whether what was done says more than an earlier denial, as beginning a conversation does.</param>
    /// <param name="cancellationToken">Ends the attempt.</param>
    internal async Task AllowImplicitlyAsync(EthereumAddress peer, bool evenIfDenied, CancellationToken cancellationToken)
    {
        if (!IsWanted()) return;
        try
        {
            await EnsureReadAsync(cancellationToken).ConfigureAwait(false);
            if (IsWanted()) await PublishAsync(ConsentAction.Allow([peer]), cancellationToken).ConfigureAwait(false);
        }
        catch (Exception failure) when (failure is XmtpException or OperationCanceledException)
        {
            ClientLog.ImplicitConsentFailed(_client.Logger, peer, failure);
        }

        bool IsWanted() => _client.ImplicitConsent && StateOf(peer) is var state && (state == ConsentState.Unknown || (evenIfDenied && state == ConsentState.Denied));
    }

    /// <summary>Where the decisions are.</summary>
    internal string Topic => _log.Topic.Value;

    /// <summary>The decisions, for saving and restoring.</summary>
    internal ConsentList List => _list;

    /// <summary>Hears of entries whose decision changed, whoever changed it. Called on the thread that found out.</summary>
    internal event Action<IReadOnlyCollection<ConsentEntry>>? Decided;

    /// <summary>Takes an envelope of the topic; what is no decision is reported.</summary>
    internal void Take(Envelope envelope) => Apply(envelope);

    /// <summary>The topic was read to its end by an earlier run.</summary>
    internal void Restore(ulong seenNs) => _reader.Restore(seenNs);

    internal void Close()
    {
        _reading.Dispose();
        _publishing.Dispose();
        _log.Dispose();
    }

    private Task EnsureReadAsync(CancellationToken cancellationToken) =>
        _reader.WasRead ? Task.CompletedTask : ReadAsync(fromBeginning: false, cancellationToken);

    private async Task ReadAsync(bool fromBeginning, CancellationToken cancellationToken)
    {
        await _reading.WaitAsync(cancellationToken).ConfigureAwait(false);
        try
        {
            await foreach (var page in _reader.ReadNewAsync(fromBeginning, cancellationToken).ConfigureAwait(false))
            {
                foreach (var envelope in page) Apply(envelope);
            }
        }
        finally
        {
            _reading.Release();
        }
    }

    private ConsentUpdate? Apply(Envelope envelope)
    {
        if (!_list.Apply(envelope.TimestampNs, envelope.Message.Span).TryGet(out var changed, out var reason))
        {
            _client.Drops.Report(reason, envelope);
            return null;
        }

        if (changed.Length == 0) return null;
        Decided?.Invoke(changed);
        return new ConsentUpdate(changed.ToDictionary(static entry => entry, entry => _list[entry]));
    }

    private async Task PublishAsync(ConsentAction action, CancellationToken cancellationToken)
    {
        var message = _log.Encrypt(action, _client.Random);

        // One at a time: the order of times and the order of publishing must be the same.
        await _publishing.WaitAsync(cancellationToken).ConfigureAwait(false);
        try
        {
            var timeNs = _list.NextTimeNs(_client.Streams.TimeProvider);
            await _client.Publisher.PublishAsync([Publisher.Envelope(_log.Topic, timeNs, message)], cancellationToken).ConfigureAwait(false);
            if (_list.Apply(timeNs, message).TryGet(out var changed, out _)) Decided?.Invoke(changed);
        }
        finally
        {
            _publishing.Release();
        }
    }
}
