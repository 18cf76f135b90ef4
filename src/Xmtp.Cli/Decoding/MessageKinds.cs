using Xmtp.Cli.Content;
using Xmtp.Cli.Output;
using Xmtp.Client.Messages;
using Xmtp.Client.Push;
using Xmtp.ContentTypes;
using Xmtp.Protocol.Errors;
using Xmtp.Protocol.MessageContents;
using Xmtp.Protocol.Topics;
using SealedInvitation = Xmtp.Protocol.MessageContents.SealedInvitation;

namespace Xmtp.Cli.Decoding;

/// <summary>Messages, sealed and opened, invitations and contents.</summary>
internal static class MessageKinds
{
    public static DecodeOutput? Invitation(byte[] bytes, bool strict)
    {
        if (!StrictProto.TryParse(SealedInvitation.Parser, bytes, strict, out var proto) || proto.V1 is not { } invitation || !StrictProto.IsWellFormed(invitation.Ciphertext)) return null;
        if (!StrictProto.TryParse(SealedInvitationHeaderV1.Parser, invitation.HeaderBytes.Span, strict, out var header) || header.Sender is null || header.Recipient is null) return null;
        if (KeyKinds.Describe("", 0, header.Sender) is not { } sender || KeyKinds.Describe("", 0, header.Recipient) is not { } recipient) return null;
        var blob = new Blob("sealed-invitation", bytes.Length).With("sender", sender.Fields.GetValueOrDefault("wallet")).With("recipient", recipient.Fields.GetValueOrDefault("wallet")).WithTime("created", header.CreatedNs);
        AddKeys(blob, sender, recipient);
        return blob.ToOutput();
    }

    public static DecodeOutput? V1(byte[] bytes, bool strict)
    {
        if (!StrictProto.TryParse(Message.Parser, bytes, strict, out var proto) || proto.V1 is not { } message || !StrictProto.IsWellFormed(message.Ciphertext)) return null;
        if (!StrictProto.TryParse(MessageHeaderV1.Parser, message.HeaderBytes.Span, strict, out var header) || header.Sender is null || header.Recipient is null) return null;
        if (KeyKinds.Describe("", 0, header.Sender) is not { } sender || KeyKinds.Describe("", 0, header.Recipient) is not { } recipient) return null;
        var blob = new Blob("message-v1", bytes.Length).With("id", MessageId.FromMessage(bytes).ToString())
            .With("sender", sender.Fields.GetValueOrDefault("wallet")).With("recipient", recipient.Fields.GetValueOrDefault("wallet")).WithTimeMs("sent", header.Timestamp);
        if (sender.Fields.TryGetValue("wallet", out var from) && recipient.Fields.TryGetValue("wallet", out var to)) blob.With("topic", Topic.DirectMessageV1(from, to).Value);
        AddKeys(blob, sender, recipient);
        return blob.ToOutput();
    }

    public static DecodeOutput? V2(byte[] bytes, bool strict)
    {
        if (!StrictProto.TryParse(Message.Parser, bytes, strict, out var proto) || proto.V2 is not { } message || !StrictProto.IsWellFormed(message.Ciphertext)) return null;
        if (!StrictProto.TryParse(MessageHeaderV2.Parser, message.HeaderBytes.Span, strict, out var header)) return null;
        if (Topic.Classify(header.Topic) != TopicKind.V2Conversation || (strict && message.HasSenderHmac && message.SenderHmac.Length != PushHmac.Length)) return null;
        var blob = new Blob("message-v2", bytes.Length).With("id", MessageId.FromMessage(bytes).ToString()).With("topic", header.Topic).WithTime("sent", header.CreatedNs);
        if (message.HasSenderHmac) blob.With("senderHmac", message.SenderHmac.Span);
        if (message.HasShouldPush) blob.With("shouldPush", message.ShouldPush ? "true" : "false");
        blob.Verdicts.Skip("signature", "sender and signature are inside the ciphertext; --open reads it with the account's keys");
        return blob.ToOutput();
    }

    public static DecodeOutput? EncodedContent(byte[] bytes, bool strict)
    {
        if (!StrictProto.TryParse(Protocol.MessageContents.EncodedContent.Parser, bytes, strict, out var proto) || proto.Type is not { } type) return null;
        if (!IsName(type.AuthorityId) || !IsName(type.TypeId)) return null;
        return Describe("encoded-content", bytes.Length, proto);
    }

    public static DecodeOutput? DecodedMessage(byte[] bytes, bool strict)
    {
        if (!StrictProto.TryParse(Protocol.MessageContents.DecodedMessage.Parser, bytes, strict, out _) || !SavedMessage.Decode(bytes).TryGet(out var saved, out _)) return null;
        return new Blob("decoded-message", bytes.Length) { Inner = EncodedContent(saved.Message.Payload.ToArray(), strict: false) }
            .With("id", saved.Message.Id.ToString()).With("version", saved.Message.Version.ToString().ToLowerInvariant()).With("sender", saved.Message.SenderAddress.ToString())
            .With("recipient", saved.Message.RecipientAddress?.ToString()).With("topic", saved.Message.ConversationTopic.Value).With("peer", saved.Conversation.PeerAddress.ToString())
            .With("conversationId", saved.Conversation.ConversationId).WithTime("sent", saved.Message.SentNs).ToOutput();
    }

    /// <summary>A content: its type, and what it says where a codec knows it.</summary>
    public static DecodeOutput Describe(string kind, int length, Protocol.MessageContents.EncodedContent proto)
    {
        var blob = new Blob(kind, length).With("contentType", $"{proto.Type.AuthorityId}/{proto.Type.TypeId}:{proto.Type.VersionMajor}.{proto.Type.VersionMinor}")
            .With("fallback", proto.HasFallback ? proto.Fallback : null).With("compression", proto.HasCompression ? proto.Compression.ToString().ToLowerInvariant() : null)
            .With("contentLength", proto.Content.Length);
        foreach (var (name, value) in proto.Parameters) blob.With($"parameter.{name}", name == "secret" ? "(not shown)" : value);
        try
        {
            var decoded = CodecRegistry.Default.Decode(proto);
            blob.Content = ContentForms.From(decoded.Content, withData: false);
            if (decoded.Error is { } error) blob.Verdicts.Skip("content", error);
            else blob.Verdicts.Add("content", true, "it is what its type demands");
        }
        catch (XmtpException failure)
        {
            blob.Verdicts.Add("content", false, failure.Message);
        }

        return blob.ToOutput();
    }

    private static void AddKeys(Blob blob, DecodeOutput sender, DecodeOutput recipient)
    {
        foreach (var (who, bundle) in new[] { ("sender", sender), ("recipient", recipient) })
        {
            foreach (var verdict in bundle.Verdicts.Where(static verdict => verdict.Holds is not null)) blob.Verdicts.Add($"{who}'s {verdict.Name}", verdict.Holds!.Value, verdict.Detail);
        }

        blob.Verdicts.Skip("ciphertext", "--open reads it with the account's keys");
    }

    private static bool IsName(string text) => text is { Length: > 0 and <= 256 } && text.All(static c => c is > ' ' and <= '~');
}
