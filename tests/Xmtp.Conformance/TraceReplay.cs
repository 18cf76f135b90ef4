using Xmtp.Client.Consent;
using Xmtp.Client.Invitations;
using Xmtp.Client.Messages;
using Xmtp.Conformance.Vectors;
using Xmtp.Cryptography;
using Xmtp.Identity;
using Xmtp.Protocol.Topics;
using Xmtp.TestSupport;
using Proto = Xmtp.Protocol.MessageContents;

namespace Xmtp.Conformance;

/// <summary>
/// The people of a client trace and what they have published so far. Each envelope is opened by everyone who should be
/// able to, and made again with the salt and nonce it carries.
/// </summary>
internal sealed class TraceReplay(CryptoProvider provider) : IDisposable
{
    private readonly Dictionary<string, PrivateKeyBundle> _keys = [];
    private readonly Dictionary<Topic, Invitation> _invitations = [];
    private readonly List<OpenedMessage> _messages = [];
    private readonly Dictionary<Topic, ulong> _conversationStarts = [];

    /// <summary>The kinds of topics that were replayed.</summary>
    public HashSet<TopicKind> Seen { get; } = [];

    public void Dispose()
    {
        foreach (var keys in _keys.Values) keys.Dispose();
    }

    public async Task TakeAsync(Vector step, CancellationToken cancellationToken)
    {
        var clockNs = step["clock_ms"].Number * 1_000_000;
        var (actor, action) = Split(step["step"].Text);
        if (action.StartsWith("new conversation with caro (V1", StringComparison.Ordinal))
            _conversationStarts[Topic.DirectMessageV1(Address("amal"), Address("caro"))] = clockNs;
        foreach (var envelope in step["published"].Items)
        {
            Assert.Equal(clockNs, envelope["timestamp_ns"].Number);
            await TakeAsync(actor, envelope["topic"].Topic, clockNs, envelope["message_bytes"].Bytes, cancellationToken);
            Seen.Add(envelope["topic"].Topic.Kind);
        }

        if (step.Find("result") is { } result) AssertListed(actor, result);
    }

    /// <summary>Compares a saved message with the one that was replayed.</summary>
    public void AssertSaved(string step, byte[] expected)
    {
        var version = step.Contains("V1", StringComparison.Ordinal) ? MessageVersion.V1 : MessageVersion.V2;
        var message = _messages.First(candidate => candidate.Version == version);
        var peer = version == MessageVersion.V1 ? message.RecipientAddress!.Value : _invitations[message.ConversationTopic].PeerAddress;
        var saved = new SavedMessage(message, new ConversationReference(message.ConversationTopic, peer, _conversationStarts[message.ConversationTopic]));

        Assert.Equal(expected, saved.Encode());

        var decoded = SavedMessage.Decode(expected);
        Assert.Equal(DropReason.None, decoded.Reason);
        Assert.Equal(expected, decoded.Value!.Encode());
        Assert.Equal(message.Id, decoded.Value.Message.Id);
    }

    private Task TakeAsync(string actor, Topic topic, ulong timestampNs, byte[] bytes, CancellationToken cancellationToken)
    {
        switch (topic.Kind)
        {
            case TopicKind.PrivateStore:
                return TakePrivateStoreAsync(actor, topic, bytes, cancellationToken);
            case TopicKind.Contact:
                TakeContact(actor, topic, bytes);
                break;
            case TopicKind.V2Invite:
                TakeInvitation(actor, topic, timestampNs, bytes);
                break;
            case TopicKind.UserPreferences:
                TakeConsent(actor, topic, bytes);
                break;
            case TopicKind.V2Conversation:
                TakeMessageV2(actor, topic, timestampNs, bytes);
                break;
            case TopicKind.V1Intro or TopicKind.V1Conversation:
                TakeMessageV1(actor, topic, timestampNs, bytes);
                break;
            default:
                Assert.Fail($"Nobody knows how to replay {topic}.");
                break;
        }

        return Task.CompletedTask;
    }

    private async Task TakePrivateStoreAsync(string actor, Topic topic, byte[] bytes, CancellationToken cancellationToken)
    {
        using var person = Person.Named(actor, provider);
        Assert.Equal(Topic.PrivateStore($"{person.Address}"), topic);
        var keys = await EncryptedPrivateKeyBundle.DecryptAsync(bytes, person.Wallet, provider, cancellationToken);
        _keys.Add(actor, keys);
        Assert.Equal(person.Address, keys.WalletAddress);
        var stored = Proto.EncryptedPrivateKeyBundle.Parser.ParseFrom(bytes).V1;
        using var random = Script(stored.Ciphertext, stored.WalletPreKey.ToByteArray());
        Assert.Equal(bytes, await EncryptedPrivateKeyBundle.EncryptAsync(keys, person.Wallet, provider, random, cancellationToken));
    }

    private void TakeContact(string actor, Topic topic, byte[] bytes)
    {
        Assert.Equal(Topic.Contact(Address(actor)), topic);
        Assert.True(ContactBundle.TryDecode(bytes, provider, out var contact));
        Assert.Equal(bytes, contact.IsV1 ? ContactBundle.EncodeV1(_keys[actor].PublicBundleV1) : ContactBundle.EncodeV2(_keys[actor].PublicBundle));
    }

    private void TakeInvitation(string actor, Topic topic, ulong timestampNs, byte[] bytes)
    {
        var sealedInvitation = Proto.SealedInvitation.Parser.ParseFrom(bytes).V1;
        var invitation = SealedInvitation.Open(bytes, timestampNs, _keys[actor], provider).Value!;
        Assert.Equal(InvitationRole.Inviter, invitation.Role);
        var peer = _keys.Values.Single(keys => keys.WalletAddress == invitation.PeerAddress);
        Assert.True(topic == Topic.Invite($"{peer.WalletAddress}") || topic == Topic.Invite(Address(actor)));
        var received = SealedInvitation.Open(bytes, timestampNs, peer, provider).Value!;
        Assert.Equal((InvitationRole.Invitee, invitation.Topic), (received.Role, received.Topic));
        Assert.Equal(invitation.KeyMaterial.ToArray(), received.KeyMaterial.ToArray());
        using var random = Script(sealedInvitation.Ciphertext);
        var again = SealedInvitation.Create(
            _keys[actor], peer.PublicBundle, invitation.ConversationId, invitation.Metadata, invitation.ConsentProof, timestampNs, provider, random);
        Assert.Equal(invitation.Topic, again.Topic);
        Assert.Equal(invitation.KeyMaterial.ToArray(), again.KeyMaterial);
        Assert.Equal(bytes, again.Bytes);
        _invitations.TryAdd(invitation.Topic, invitation);
        _conversationStarts.TryAdd(invitation.Topic, invitation.CreatedNs);
    }

    private void TakeConsent(string actor, Topic topic, byte[] bytes)
    {
        using var log = new ConsentLog(_keys[actor].IdentityKey);
        Assert.Equal(log.Topic, topic);
        var action = Assert.Single(log.Decrypt(bytes).Value!);
        Assert.Equal(ConsentState.Allowed, action.State);
        Assert.Contains(EthereumAddress.Parse(Assert.Single(action.Values)), _keys.Values.Select(static keys => keys.WalletAddress));
        using var random = Script(Proto.PrivatePreferencesPayload.Parser.ParseFrom(bytes).V1);
        Assert.Equal(bytes, log.Encrypt(action, random));
    }

    private void TakeMessageV1(string actor, Topic topic, ulong timestampNs, byte[] bytes)
    {
        var message = Open(_keys[actor]);
        var recipient = _keys.Values.Single(keys => keys.WalletAddress == message.RecipientAddress);
        Assert.Equal(message.Payload.ToArray(), Open(recipient).Payload.ToArray());
        Assert.Equal((Address(actor), timestampNs), (message.SenderAddress.ToString(), message.SentNs));
        using var random = Script(Proto.Message.Parser.ParseFrom(bytes).V1.Ciphertext);
        Assert.Equal(bytes, SealedMessageV1.Encode(_keys[actor], recipient.PublicBundleV1, message.Payload.Span, timestampNs / 1_000_000, provider, random));
        _messages.Add(message);

        OpenedMessage Open(PrivateKeyBundle viewer)
        {
            var opened = SealedMessageV1.Open(bytes, viewer, topic.Kind == TopicKind.V1Intro ? null : topic, provider);
            Assert.Equal(DropReason.None, opened.Reason);
            return opened.Value!;
        }
    }

    private void TakeMessageV2(string actor, Topic topic, ulong timestampNs, byte[] bytes)
    {
        var keyMaterial = _invitations[topic].KeyMaterial.Span;
        var sealedMessage = Proto.Message.Parser.ParseFrom(bytes).V2;
        using var keys = new ConversationKeys(topic, keyMaterial, EthereumAddress.Parse(Address("amal")), EthereumAddress.Parse(Address("bola")));
        var opened = SealedMessageV2.Open(bytes, keys, provider);
        Assert.Equal(DropReason.None, opened.Reason);
        var message = opened.Value!;
        Assert.Equal((Address(actor), timestampNs), (message.SenderAddress.ToString(), message.SentNs));
        using var random = Script(sealedMessage.Ciphertext);
        Assert.Equal(bytes, SealedMessageV2.Encode(
            _keys[actor], topic, keyMaterial, message.Payload.Span, timestampNs, message.ShouldPush!.Value, withHmac: true, message.Sent, provider, random));
        _messages.Add(message);
    }

    /// <summary>What a client lists: its invitations and introductions, oldest first.</summary>
    private void AssertListed(string actor, Vector result)
    {
        var me = EthereumAddress.Parse(Address(actor));
        var v2 = _invitations.Values
            .Where(invitation => actor == "amal" || invitation.PeerAddress == me)
            .Select(invitation => (Version: "v2", Peer: actor == "amal" ? $"{invitation.PeerAddress}" : Address("amal"), invitation.Topic, Id: invitation.ConversationId, At: invitation.CreatedNs));
        var v1 = _messages
            .Where(message => message.Version == MessageVersion.V1 && (message.SenderAddress == me || message.RecipientAddress == me))
            .GroupBy(static message => message.ConversationTopic)
            .Select(group => (
                Version: "v1", Peer: $"{(group.First().SenderAddress == me ? group.First().RecipientAddress : group.First().SenderAddress)}", Topic: group.Key,
                Id: (string?)null, At: group.Min(static message => message.SentNs)));
        var listed = v1.Concat(v2).OrderBy(static conversation => conversation.At).ToArray();
        Assert.Equal(result.Count, listed.Length);
        foreach (var (conversation, expected) in listed.Zip(result.Items))
        {
            Assert.Equal(expected["version"].Text, conversation.Version);
            Assert.Equal(expected["peer"].Text, conversation.Peer);
            Assert.Equal(expected["topic"].Topic, conversation.Topic);
            Assert.Equal(expected["conversation_id"].TextOrNull, conversation.Id);
            if (expected.Find("created_at_ms") is { } createdAt) Assert.Equal(createdAt.Number, conversation.At / 1_000_000);
        }
    }

    private string Address(string name) => _keys[name].WalletAddress.ToString();

    private static (string Actor, string Action) Split(string step)
    {
        var parts = step.Split(": ", 2);
        return (parts[0], parts[1]);
    }

    private static ScriptedRandom Script(Proto.Ciphertext ciphertext, params byte[][] before) =>
        new([.. before, ciphertext.Aes256GcmHkdfSha256.HkdfSalt.ToByteArray(), ciphertext.Aes256GcmHkdfSha256.GcmNonce.ToByteArray()]);
}
