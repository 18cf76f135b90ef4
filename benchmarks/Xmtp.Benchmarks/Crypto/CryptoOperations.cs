using Xmtp.Client.Invitations;
using Xmtp.Client.Messages;
using Xmtp.ContentTypes;
using Xmtp.Cryptography;
using Xmtp.Identity;

namespace Xmtp.Benchmarks.Crypto;

/// <summary>The operations under measurement, with one provider. Each fails rather than measure something that did not work.</summary>
internal sealed class CryptoOperations : IDisposable
{
    private readonly PrivateKeyBundle _keys;
    private readonly ConversationKeys _conversation;
    private readonly SharedSecrets _secrets;

    public CryptoOperations(CryptoInputs inputs, CryptoProvider provider)
    {
        _keys = PrivateKeyBundle.Import(inputs.Keys, provider);
        var peer = EthereumAddress.Parse(inputs.PeerAddress);
        _conversation = new ConversationKeys(inputs.Topic, inputs.KeyMaterial, _keys.WalletAddress, peer);
        _secrets = new SharedSecrets(_keys);
        var key = _keys.CurrentPreKey;
        var signature = key.Sign(inputs.Digest);
        var peerKey = new Secp256k1PublicKey(inputs.PeerKey, provider);
        var ciphertext = AesGcmHkdf.Encrypt(provider, inputs.Secret, inputs.Payload, inputs.Header);
        var now = TimeProvider.System.GetUtcNow();
        All =
        [
            ("sign", () => key.Sign(inputs.Digest)),
            ("verify", () => Require(key.PublicKey.Verify(inputs.Digest, signature))),
            ("recover", () => Require(Secp256k1PublicKey.TryRecover(inputs.Digest, signature, provider, out _))),
            ("agree", () => key.SharedPoint(peerKey)),
            ("encrypt", () => AesGcmHkdf.Encrypt(provider, inputs.Secret, inputs.Payload, inputs.Header)),
            ("decrypt", () => AesGcmHkdf.Decrypt(provider, ciphertext, inputs.Secret, inputs.Header)),
            ("seal", () => SealedMessageV2.Encode(_keys, _conversation, inputs.Encoded, inputs.InvitationNs, shouldPush: true, now, provider)),
            ("open", () => Open(_conversation)),
            ("open first", () =>
            {
                using var fresh = new ConversationKeys(inputs.Topic, inputs.KeyMaterial, _keys.WalletAddress, peer);
                Open(fresh);
            }),
            ("invitation", () => OpenInvitation(_secrets)),
            ("invitation first", () => OpenInvitation(null)),
        ];

        void Open(ConversationKeys conversation)
        {
            var opened = SealedMessageV2.Open(inputs.Message, conversation, provider);
            Require(opened.IsOpened && CodecRegistry.Default.Decode(opened.Value.Payload.Span).TryGet<string>(out _));
        }

        void OpenInvitation(SharedSecrets? secrets) =>
            Require(SealedInvitation.Open(inputs.Invitation, inputs.InvitationNs, _keys, provider, secrets).IsOpened);
    }

    /// <summary>By the name that the script calls them, too; "first" is without what earlier ones left remembered.</summary>
    public IReadOnlyList<(string Name, Action Run)> All { get; }

    public void Dispose()
    {
        _conversation.Dispose();
        _secrets.Dispose();
        _keys.Dispose();
    }

    private static void Require(bool worked)
    {
        if (!worked) throw new InvalidOperationException("An operation failed, so there is nothing to measure.");
    }
}
