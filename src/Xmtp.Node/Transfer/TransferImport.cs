using Xmtp.Identity;
using Xmtp.Node.Core;
using Xmtp.Node.Core.Access;
using Xmtp.Protocol.Errors;
using Xmtp.Protocol.MessageApi.V1;
using Xmtp.Protocol.Topics;

namespace Xmtp.Node.Transfer;

/// <summary>
/// Puts exported envelopes into this node, as if they were published again: an envelope that is there already is left as it is, so doing it
/// twice does no harm. On a topic that belongs to a wallet the token must come along, and must have been good when the envelope was first accepted.
/// </summary>
/// <param name="messages">The node.</param>
/// <param name="verifier">Checks tokens; null where the node asks for none.</param>
/// <param name="wallets">Wallets that may write anywhere.</param>
internal sealed class TransferImport(MessageService messages, PublishTokenVerifier? verifier, WalletLists wallets)
{
    private const int BatchEnvelopes = 256;

    /// <summary>Stores a part. All of it is on stable storage when this returns.</summary>
    /// <returns>How many were stored, or were there already, and how many were refused.</returns>
    /// <exception cref="XmtpException">The store failed, or the node takes no envelopes now.</exception>
    public async Task<(int Taken, int Refused)> AddAsync(TransferPart part, CancellationToken cancellationToken)
    {
        var (taken, refused) = (0, 0);
        var batch = new List<Envelope>(BatchEnvelopes);
        foreach (var transferred in part.Envelopes)
        {
            if (!MayStore(transferred))
            {
                refused++;
                continue;
            }

            taken++;
            if (Topic.TryGetOwner(transferred.Envelope.ContentTopic, out _))
            {
                // A token belongs to one envelope here; those without one share commits.
                await messages.PublishAsync([transferred.Envelope], new PublishTerms(transferred.Token), cancellationToken).ConfigureAwait(false);
                continue;
            }

            batch.Add(transferred.Envelope);
            if (batch.Count == BatchEnvelopes) await FlushAsync(batch, cancellationToken).ConfigureAwait(false);
        }

        await FlushAsync(batch, cancellationToken).ConfigureAwait(false);
        return (taken, refused);
    }

    private async Task FlushAsync(List<Envelope> batch, CancellationToken cancellationToken)
    {
        if (batch.Count == 0) return;
        await messages.PublishAsync([.. batch], cancellationToken: cancellationToken).ConfigureAwait(false);
        batch.Clear();
    }

    private bool MayStore(TransferredEnvelope transferred)
    {
        var topic = transferred.Envelope.ContentTopic;
        // Nothing ephemeral is ever stored, so none comes out of a node.
        if (Topic.IsEphemeralTopic(topic)) return false;
        if (!Topic.TryGetOwner(topic, out var owner)) return true;
        if (verifier is null) return true;
        if (transferred.Token.Length == 0) return false;
        try
        {
            var wallet = verifier.Verify(transferred.Token, transferred.StoredNs);
            return wallets.IsPrivileged(wallet) || owner.SequenceEqual(wallet.ToString());
        }
        catch (XmtpException refused) when (refused.Code == ErrorCatalogue.Unauthenticated)
        {
            return false;
        }
    }
}
