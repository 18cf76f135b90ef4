using System.Text;
using System.Text.Json;
using Xmtp.Cli.Output;
using Xmtp.Client.Frames;
using Xmtp.Cryptography;
using Xmtp.Identity;
using Xmtp.Protocol.Errors;
using Xmtp.Protocol.MessageApi.V1;
using Xmtp.Protocol.MessageContents;
using Xmtp.Protocol.Topics;

namespace Xmtp.Cli.Decoding;

/// <summary>What an account signs or says beside messages: tokens, decisions, clicks; and topics and envelopes, which say where.</summary>
internal static class AccountKinds
{
    public static DecodeOutput? Token(byte[] bytes, bool strict)
    {
        if (!StrictProto.TryParse(Protocol.MessageApi.V1.Token.Parser, bytes, strict, out var token) || token.IdentityKey is null || token.AuthDataSignature is null) return null;
        if (!StrictProto.TryParse(AuthData.Parser, token.AuthDataBytes.Span, strict, out var data) || !EthereumAddress.TryParse(data.WalletAddr, out var claimed)) return null;
        var blob = new Blob("publish-token", bytes.Length).With("wallet", claimed.ToString()).WithTime("created", data.CreatedNs);
        try
        {
            // As of the time that it states: whether a node takes it now is another question.
            var wallet = new PublishTokenVerifier(CryptoProvider.Default, TimeProvider.System).Verify(bytes, data.CreatedNs <= long.MaxValue ? (long)data.CreatedNs : 0);
            blob.Verdicts.Add("signatures", wallet == claimed, "the wallet signed the identity key, and that the token");
        }
        catch (XmtpException failure)
        {
            blob.Verdicts.Add("signatures", false, failure.Message);
        }

        blob.Verdicts.Skip("age", $"nodes take it for {PublishToken.Lifetime.TotalHours} hours from the time that it states");
        return blob.ToOutput();
    }

    public static DecodeOutput? Consent(byte[] bytes, bool strict)
    {
        if (!StrictProto.TryParse(PrivatePreferencesPayload.Parser, bytes, strict, out var payload) || !StrictProto.IsWellFormed(payload.V1)) return null;
        var blob = new Blob("consent", bytes.Length).With("ciphertextLength", payload.V1.Aes256GcmHkdfSha256.Payload.Length);
        blob.Verdicts.Skip("ciphertext", "--open reads it with the account's keys");
        return blob.ToOutput();
    }

    public static DecodeOutput? Frame(byte[] bytes, bool strict)
    {
        if (!StrictProto.TryParse(FrameAction.Parser, bytes, strict, out _) || !FrameActions.TryVerify(Convert.ToBase64String(bytes), CryptoProvider.Default, out var click)) return null;
        var blob = new Blob("frame-action", bytes.Length).With("account", click.Account.ToString()).With("frameUrl", click.Click.FrameUrl).With("buttonIndex", click.Click.ButtonIndex)
            .With("conversationIdentifier", click.Click.ConversationIdentifier).With("inputText", Text(click.Click.InputText)).With("state", Text(click.Click.State))
            .With("address", Text(click.Click.Address)).With("transactionId", Text(click.Click.TransactionId)).WithTimeMs("clicked", click.TimestampMs);
        blob.Verdicts.Add("signature", true, "the account signed it");
        return blob.ToOutput();
    }

    public static DecodeOutput? Envelope(byte[] bytes, bool strict)
    {
        if (!StrictProto.TryParse(Protocol.MessageApi.V1.Envelope.Parser, bytes, strict, out var envelope) || envelope.TimestampNs == 0 || envelope.Message.IsEmpty) return null;
        return Topic.Classify(envelope.ContentTopic) == TopicKind.Invalid ? null : Describe("envelope", bytes.Length, envelope.ContentTopic, envelope.TimestampNs, envelope.Message.ToByteArray());
    }

    public static DecodeOutput? TopicText(byte[] bytes, bool strict)
    {
        if (bytes.Length > Protocol.Limits.TopicLengthMaxBytes || !bytes.AsSpan().StartsWith("/xmtp/"u8) || bytes[^1] <= ' ') return null;
        var text = Encoding.UTF8.GetString(bytes);
        var kind = Topic.Classify(text);
        if (kind == TopicKind.Invalid) return null;
        return new Blob("topic", bytes.Length).With("topic", text).With("topicKind", kind.Label()).With("ephemeral", Topic.IsEphemeralTopic(text) ? "true" : "false")
            .With("owner", Topic.TryGetOwner(text, out var owner) ? owner.ToString() : null).ToOutput();
    }

    /// <summary>JSON as gateways and push servers write it: an envelope, a notification, or a click as a frame's server gets it.</summary>
    public static DecodeOutput? Json(byte[] bytes, bool strict)
    {
        // With white space around it, it is read once more without.
        if (bytes is not [(byte)'{', .., (byte)'}']) return null;
        try
        {
            using var document = JsonDocument.Parse(bytes);
            if (document.RootElement.ValueKind != JsonValueKind.Object) return null;
            var root = document.RootElement;
            if (root.TryGetProperty("trustedData", out var trusted) && trusted.ValueKind == JsonValueKind.Object && Bytes(trusted, "messageBytes") is { } click)
                return Frame(click, strict) is { } frame ? new Blob("frame-post", bytes.Length) { Inner = frame }.ToOutput() : null;
            if (Member(root, "contentTopic") is { } topic && Bytes(root, "message") is { } message && ulong.TryParse(Member(root, "timestampNs"), out var timeNs))
                return Topic.Classify(topic) == TopicKind.Invalid ? null : Describe("envelope-json", bytes.Length, topic, timeNs, message);
            var notified = Member(root, "topic") ?? Member(root, "contentTopic");
            if (notified is not null && Topic.Classify(notified) != TopicKind.Invalid && (Bytes(root, "encryptedMessage") ?? Bytes(root, "message")) is { } pushed)
                return Describe("push-notification", bytes.Length, notified, null, pushed);
        }
        catch (JsonException)
        {
            // Then it is none of these.
        }

        return null;
    }

    private static DecodeOutput Describe(string kind, int length, string topic, ulong? timeNs, byte[] message)
    {
        var topicKind = Topic.Classify(topic);
        var blob = new Blob(kind, length) { Inner = BlobKinds.OfTopic(topicKind, message) }.With("topic", topic).With("topicKind", topicKind.Label());
        if (timeNs is { } time) blob.WithTime("sent", time);
        blob.With("messageLength", message.Length);
        if (blob.Inner is not { } inner)
        {
            blob.Verdicts.Skip("message", "it is nothing that belongs on this topic, as far as can be told without keys");
            return blob.ToOutput();
        }

        // A conversation's messages repeat its topic; contacts and tokens name their owner.
        if (inner.Fields.TryGetValue("topic", out var named) && topicKind is not (TopicKind.V1Intro or TopicKind.V2ConversationEphemeral or TopicKind.V1ConversationEphemeral))
            blob.Verdicts.Add("topic", string.Equals(named, topic, StringComparison.OrdinalIgnoreCase), $"the message says {named}");
        if (topicKind == TopicKind.Contact && inner.Fields.TryGetValue("wallet", out var wallet) && Topic.TryGetOwner(topic, out var owner))
            blob.Verdicts.Add("owner", wallet.AsSpan().Equals(owner, StringComparison.OrdinalIgnoreCase), $"the keys are those of {wallet}");
        if (topicKind == TopicKind.V2Invite && timeNs is { } sent && inner.Fields.TryGetValue("createdNs", out var created))
            blob.Verdicts.Add("time", created == sent.ToString(System.Globalization.CultureInfo.InvariantCulture), "an invitation repeats the time of its envelope");
        return blob.ToOutput();
    }

    private static string? Member(JsonElement element, string name) => element.TryGetProperty(name, out var value)
        ? value.ValueKind switch { JsonValueKind.String => value.GetString(), JsonValueKind.Number => value.GetRawText(), _ => null }
        : null;

    private static byte[]? Bytes(JsonElement element, string name) =>
        element.TryGetProperty(name, out var value) && value.ValueKind == JsonValueKind.String && value.TryGetBytesFromBase64(out var bytes) && bytes.Length > 0 ? bytes : null;

    private static string? Text(string text) => text.Length == 0 ? null : text;
}
