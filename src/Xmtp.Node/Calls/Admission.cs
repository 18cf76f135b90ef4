using Xmtp.Cryptography;
using Xmtp.Identity;
using Xmtp.Node.Core.Access;
using Xmtp.Node.Core.RateLimits;
using Xmtp.Node.Options;
using Xmtp.Protocol.Errors;
using Xmtp.Protocol.MessageApi.V1;
using Xmtp.Protocol.Topics;

namespace Xmtp.Node.Calls;

/// <summary>
/// Who gets in: first the rate limit of the client's address, because it is the cheapest to check, then the publish token, then
/// who may write where.
/// </summary>
internal sealed class Admission
{
    private readonly ClientAddressReader _addresses;
    private readonly LiveRateLimits _limits;
    private readonly DrainGate _gate;
    private readonly PublishTokenVerifier? _verifier;
    private readonly PublishAuthorizer _authorizer;
    private readonly bool _hasPriorityWallets;

    /// <summary>Makes the checks that the options ask for.</summary>
    public Admission(NodeOptions options, ClientAddressReader addresses, LiveRateLimits limits, WalletLists lists, DrainGate gate, CryptoProvider provider, TimeProvider time)
    {
        (_addresses, _limits, _gate) = (addresses, limits, gate);
        _verifier = options.Authentication ? new PublishTokenVerifier(provider, time) : null;
        _hasPriorityWallets = options.AllowListFile is not null;
        _authorizer = new PublishAuthorizer(lists);
    }

    /// <summary>Lets a query or a stream in, and draws from the client's bucket for them.</summary>
    /// <param name="context">The request.</param>
    /// <param name="cost">Queries, or 1.</param>
    /// <exception cref="XmtpException">The bucket is empty, or the node is drained.</exception>
    public void Charge(HttpContext context, int cost)
    {
        _gate.Enter();
        ChargeAlways(context, cost);
    }

    /// <summary>The same for what is about the network and not about messages; a node that is being drained answers it as long as it can.</summary>
    /// <exception cref="RateLimitExceededException">The bucket is empty.</exception>
    public void ChargeAlways(HttpContext context, int cost)
    {
        if (LimitedClient(context) is { } client) _limits.Limiter.Spend(client, RateLimitKind.Default, cost);
    }

    /// <summary>Lets a publish in.</summary>
    /// <param name="context">The request.</param>
    /// <param name="envelopes">What it wants to publish.</param>
    /// <exception cref="XmtpException">Over the limit, without a valid token, to a topic of somebody else, or while the node is drained.</exception>
    public void AdmitPublish(HttpContext context, IReadOnlyList<Envelope> envelopes)
    {
        _gate.Enter();
        if (LimitedClient(context) is { } client && !_limits.Limiter.TrySpend(client, RateLimitKind.Publish, envelopes.Count, hasPriority: false, out _))
            SpendPriority(client, context, envelopes.Count);
        if (_verifier is null) return;
        _authorizer.Authorize(Verify(context), envelopes);
    }

    /// <summary>
    /// The token to keep with a publish that was let in: where it goes to a topic that belongs to a wallet, other nodes check it
    /// for themselves.
    /// </summary>
    public ReadOnlyMemory<byte> TokenToKeep(HttpContext context, IReadOnlyList<Envelope> envelopes)
    {
        if (_verifier is null) return default;
        for (var i = 0; i < envelopes.Count; i++)
            if (Topic.TryGetOwner(envelopes[i].ContentTopic, out _)) return PublishTokenVerifier.Extract(context.Request.Headers.Authorization.ToString());
        return default;
    }

    // A client at its limit is worth the check of a token only where some wallets have priority.
    private void SpendPriority(string client, HttpContext context, int cost)
    {
        var hasPriority = _verifier is not null && _hasPriorityWallets && HasPriority(context);
        _limits.Limiter.Spend(client, RateLimitKind.Publish, cost, hasPriority);
    }

    private bool HasPriority(HttpContext context)
    {
        try
        {
            return _authorizer.HasPriority(Verify(context));
        }
        catch (XmtpException refused) when (refused.Code == ErrorCatalogue.Unauthenticated)
        {
            return false;
        }
    }

    private EthereumAddress Verify(HttpContext context) => _verifier!.Verify(context.Request.Headers.Authorization);

    private string? LimitedClient(HttpContext context)
    {
        var limits = _limits.Current;
        if (!limits.Enabled) return null;
        var address = _addresses.Read(context);
        return address.IsLocal && !limits.Loopback ? null : address.LimitKey;
    }
}
