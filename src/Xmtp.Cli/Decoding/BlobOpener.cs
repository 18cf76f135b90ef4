using System.Globalization;
using System.Security.Cryptography;
using Google.Protobuf;
using Xmtp.Cli.Content;
using Xmtp.Cli.Output;
using Xmtp.Client;
using Xmtp.Client.Consent;
using Xmtp.Client.Invitations;
using Xmtp.Client.Messages;
using Xmtp.Cryptography;
using Xmtp.Identity;
using Xmtp.Protocol.MessageApi.V1;

namespace Xmtp.Cli.Decoding;

/// <summary>Reads ciphertexts with an account's keys.</summary>
internal sealed class BlobOpener(XmtpClient client)
{
    /// <summary>What it is, with what the account's keys tell of it; unchanged where they open nothing.</summary>
    public DecodeOutput Open(DecodeOutput output, byte[] bytes)
    {
        switch (output.Kind)
        {
            case "envelope":
                var envelope = Envelope.Parser.ParseFrom(bytes);
                return output.Inner is { } inner ? output with { Inner = Open(inner, envelope.Message.ToByteArray()) } : output;
            case "message-v1" or "message-v2":
                return OpenMessage(output, bytes);
            case "sealed-invitation":
                return WithKeys(keys => OpenInvitation(output, bytes, keys));
            case "consent":
                return WithKeys(keys => OpenConsent(output, bytes, keys));
            default:
                return output;
        }
    }

    private DecodeOutput OpenMessage(DecodeOutput output, byte[] bytes)
    {
        if (!output.Fields.TryGetValue("topic", out var topic)) return output;
        var envelope = new Envelope
        {
            ContentTopic = topic,
            TimestampNs = ulong.Parse(output.Fields["sentNs"], CultureInfo.InvariantCulture),
            Message = ByteString.CopyFrom(bytes),
        };
        if (client.Conversations.Decode(envelope) is not { } message) return WithVerdict(output, false, "it is in no conversation of this account, or its checks fail");
        return WithVerdict(output with { Inner = MessageKinds.Describe("encoded-content", message.Encoded.CalculateSize(), message.Encoded), Content = ContentForms.From(message.Content, withData: false) }, true,
            $"{message.Sender} wrote it, and the signature holds");
    }

    private static DecodeOutput OpenInvitation(DecodeOutput output, byte[] bytes, PrivateKeyBundle keys)
    {
        var opened = SealedInvitation.Open(bytes, ulong.Parse(output.Fields["createdNs"], CultureInfo.InvariantCulture), keys, CryptoProvider.Default);
        if (!opened.TryGet(out var invitation, out var reason)) return WithVerdict(output, false, reason.Describe());
        using (invitation)
        {
            var blob = new Blob("invitation", 0).With("topic", invitation.Topic.Value).With("peer", invitation.PeerAddress.ToString()).With("conversationId", invitation.ConversationId)
                .With("role", invitation.Role.ToString().ToLowerInvariant()).With("consentProof", invitation.ConsentProof is null ? null : "present");
            foreach (var (name, value) in invitation.Metadata) blob.With($"metadata.{name}", value);
            return WithVerdict(output with { Inner = blob.ToOutput() }, true, "the account's keys open it; the key inside is not shown");
        }
    }

    private static DecodeOutput OpenConsent(DecodeOutput output, byte[] bytes, PrivateKeyBundle keys)
    {
        using var log = new ConsentLog(keys.IdentityKey);
        if (!log.Decrypt(bytes).TryGet(out var actions, out var reason)) return WithVerdict(output, false, reason.Describe());
        var blob = new Blob("consent-actions", 0);
        foreach (var action in actions)
        {
            foreach (var value in action.Values) blob.With($"{action.Kind.ToString().ToLowerInvariant()}.{value}", action.State.ToString().ToLowerInvariant());
        }

        return WithVerdict(output with { Inner = blob.ToOutput() }, true, "the account wrote it");
    }

    private T WithKeys<T>(Func<PrivateKeyBundle, T> use)
    {
        var exported = client.ExportKeys();
        try
        {
            using var keys = PrivateKeyBundle.Import(exported, CryptoProvider.Default);
            return use(keys);
        }
        finally
        {
            CryptographicOperations.ZeroMemory(exported);
        }
    }

    private static DecodeOutput WithVerdict(DecodeOutput output, bool holds, string detail) => output with
    {
        Verdicts = [.. output.Verdicts.Where(static verdict => verdict.Name is not ("ciphertext" or "signature")), new VerdictOutput("opened", holds, detail)],
    };
}
