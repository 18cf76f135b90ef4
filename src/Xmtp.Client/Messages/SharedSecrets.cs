using System.Security.Cryptography;
using Google.Protobuf;
using Xmtp.Cryptography;
using Xmtp.Identity;
using Proto = Xmtp.Protocol.MessageContents;

namespace Xmtp.Client.Messages;

/// <summary>
/// What key agreement between this account and its peers gave, remembered so that the many messages and invitations of
/// one peer cost the curve arithmetic (two recoveries, a verification, three multiplications) only once. Holds the latest
/// agreements up to its capacity; disposing clears them. Safe for concurrent use.
/// </summary>
public sealed class SharedSecrets : IDisposable
{
    private readonly PrivateKeyBundle _me;
    private readonly int _capacity;
    private readonly Dictionary<string, (Parties Parties, byte[] Secret)> _agreements = [];
    private readonly Queue<string> _oldestFirst = [];
    private bool _isDisposed;

    /// <summary>Starts empty.</summary>
    /// <param name="me">The account; stays the caller's to dispose.</param>
    /// <param name="capacity">How many agreements to hold, about 400 bytes each.</param>
    public SharedSecrets(PrivateKeyBundle me, int capacity = 256)
    {
        ArgumentNullException.ThrowIfNull(me);
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(capacity);
        (_me, _capacity) = (me, capacity);
    }

    /// <summary>How many agreements are remembered.</summary>
    internal int Count
    {
        get
        {
            lock (_agreements) return _agreements.Count;
        }
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        lock (_agreements)
        {
            _isDisposed = true;
            foreach (var (_, secret) in _agreements.Values) CryptographicOperations.ZeroMemory(secret);
            _agreements.Clear();
            _oldestFirst.Clear();
        }
    }

    /// <summary>
    /// Finds out who wrote to whom and computes the secret of the header's two bundles. This account's side is recognised by
    /// its identity key, its pre-key is the one the bundle names.
    /// </summary>
    /// <param name="me">This account.</param>
    /// <param name="header">As received; its bundles are parsed only when nothing is remembered of them.</param>
    /// <param name="provider">Cryptography.</param>
    /// <param name="remembered">Earlier agreements of <paramref name="me"/>, or null.</param>
    /// <param name="secret">Receives <see cref="PrivateKeyBundle.SharedSecretLength"/> bytes; the caller clears them.</param>
    /// <param name="parties">Who they are.</param>
    internal static DropReason Agree(
        PrivateKeyBundle me, Proto.MessageHeaderV1 header, CryptoProvider provider, SharedSecrets? remembered, Span<byte> secret, out Parties parties)
    {
        parties = default;
        if (header.Sender is null || header.Recipient is null) return DropReason.HeaderIncomplete;
        var key = remembered?.Key(me, new Proto.MessageHeaderV1 { Sender = header.Sender, Recipient = header.Recipient }, MessageVersion.V1);
        if (key is not null && remembered!.TryRecall(key, secret, out parties)) return DropReason.None;
        if (!ReceivedBundle.TryRead(header.Sender, provider, out var sender) ||
            !ReceivedBundle.TryRead(header.Recipient, provider, out var recipient)) return DropReason.HeaderIncomplete;
        return Agree(me, sender, recipient, remembered, key, secret, out parties);
    }

    /// <inheritdoc cref="Agree(PrivateKeyBundle, Proto.MessageHeaderV1, CryptoProvider, SharedSecrets?, Span{byte}, out Parties)"/>
    internal static DropReason Agree(
        PrivateKeyBundle me, Proto.SealedInvitationHeaderV1 header, CryptoProvider provider, SharedSecrets? remembered, Span<byte> secret, out Parties parties)
    {
        parties = default;
        if (header.Sender is null || header.Recipient is null) return DropReason.HeaderIncomplete;
        var key = remembered?.Key(me, new Proto.SealedInvitationHeaderV1 { Sender = header.Sender, Recipient = header.Recipient }, MessageVersion.V2);
        if (key is not null && remembered!.TryRecall(key, secret, out parties)) return DropReason.None;
        var reason = ReceivedBundle.Read(header.Sender, provider, DropReason.HeaderIncomplete, out var sender);
        if (sender is null) return reason;
        reason = ReceivedBundle.Read(header.Recipient, provider, DropReason.HeaderIncomplete, out var recipient);
        return recipient is null ? reason : Agree(me, sender, recipient, remembered, key, secret, out parties);
    }

    private static DropReason Agree(
        PrivateKeyBundle me,
        SignedPublicKeyBundle sender,
        SignedPublicKeyBundle recipient,
        SharedSecrets? remembered,
        string? key,
        Span<byte> secret,
        out Parties parties)
    {
        parties = default;
        if (!ReceivedBundle.TryGetWallet(sender, out var senderAddress) ||
            !ReceivedBundle.TryGetWallet(recipient, out var recipientAddress)) return DropReason.KeyNotSignedByWallet;
        var iAmSender = IsMine(me, sender, senderAddress);
        if (!iAmSender && !IsMine(me, recipient, recipientAddress)) return DropReason.NotAddressedToMe;
        var (mine, peer) = iAmSender ? (sender, recipient) : (recipient, sender);
        if (!peer.IsPreKeySignedByIdentity) return DropReason.PreKeyNotSigned;
        if (!me.TryGetPreKey(mine.PreKey, out _)) return DropReason.NoPreKeyMatches;
        var computed = me.SharedSecret(peer, mine.PreKey, iAmRecipient: !iAmSender);
        computed.CopyTo(secret);
        CryptographicOperations.ZeroMemory(computed);
        parties = new Parties(senderAddress, recipientAddress, iAmSender);
        if (key is not null) remembered!.Remember(key, parties, secret);
        return DropReason.None;
    }

    /// <summary>The key bytes tell the side; the address tells that the wallet's signature beside them is ours too.</summary>
    private static bool IsMine(PrivateKeyBundle me, SignedPublicKeyBundle bundle, EthereumAddress address) =>
        bundle.IdentityKey.Equals(me.IdentityKey.PublicKey) && address == me.WalletAddress;

    private string Key(PrivateKeyBundle me, IMessage bundles, MessageVersion version)
    {
        if (!ReferenceEquals(_me, me)) throw new ArgumentException("These shared secrets belong to another account.", nameof(me));
        return $"{version}{Convert.ToHexString(SHA256.HashData(bundles.ToByteArray()))}";
    }

    private bool TryRecall(string key, Span<byte> secret, out Parties parties)
    {
        lock (_agreements)
        {
            if (!_agreements.TryGetValue(key, out var agreement))
            {
                parties = default;
                return false;
            }

            // Copied out under the lock: another thread may clear this entry at any time.
            agreement.Secret.CopyTo(secret);
            parties = agreement.Parties;
            return true;
        }
    }

    private void Remember(string key, Parties parties, ReadOnlySpan<byte> secret)
    {
        lock (_agreements)
        {
            if (_isDisposed || !_agreements.TryAdd(key, (parties, secret.ToArray()))) return;
            _oldestFirst.Enqueue(key);
            if (_oldestFirst.Count <= _capacity) return;
            _agreements.Remove(_oldestFirst.Dequeue(), out var oldest);
            CryptographicOperations.ZeroMemory(oldest.Secret);
        }
    }
}
