using Xmtp.Cli.Output;
using Xmtp.Protocol.Topics;

namespace Xmtp.Cli.Decoding;

/// <summary>All kinds that <c>xmtp decode</c> knows.</summary>
internal static class BlobKinds
{
    /// <summary>Reads bytes as one kind; null when they are none of it.</summary>
    /// <param name="bytes">The bytes.</param>
    /// <param name="strict">Whether they must be nothing but that, as when the kind is only guessed.</param>
    public delegate DecodeOutput? Reader(byte[] bytes, bool strict);

    public static IReadOnlyDictionary<string, Reader> All { get; } = new Dictionary<string, Reader>
    {
        ["envelope"] = AccountKinds.Envelope,
        ["json"] = AccountKinds.Json,
        ["topic"] = AccountKinds.TopicText,
        ["public-key-bundle"] = KeyKinds.PublicKeyBundle,
        ["signed-public-key-bundle"] = KeyKinds.SignedBundle,
        ["contact-bundle"] = KeyKinds.Contact,
        ["private-key-bundle"] = KeyKinds.PrivateBundle,
        ["encrypted-private-key-bundle"] = KeyKinds.EncryptedPrivateBundle,
        ["sealed-invitation"] = MessageKinds.Invitation,
        ["message-v1"] = MessageKinds.V1,
        ["message-v2"] = MessageKinds.V2,
        ["encoded-content"] = MessageKinds.EncodedContent,
        ["decoded-message"] = MessageKinds.DecodedMessage,
        ["consent"] = AccountKinds.Consent,
        ["publish-token"] = AccountKinds.Token,
        ["frame-action"] = AccountKinds.Frame,
    };

    /// <summary>Everything that bytes can be, strictly.</summary>
    public static IEnumerable<DecodeOutput> Recognise(byte[] bytes) => All.Values.Select(read => read(bytes, true)).OfType<DecodeOutput>();

    /// <summary>What belongs on a topic.</summary>
    public static DecodeOutput? OfTopic(TopicKind kind, byte[] message)
    {
        string[] kinds = kind switch
        {
            TopicKind.Contact => ["contact-bundle", "public-key-bundle"],
            TopicKind.PrivateStore => ["encrypted-private-key-bundle"],
            TopicKind.V2Invite => ["sealed-invitation"],
            TopicKind.V1Intro or TopicKind.V1Conversation or TopicKind.V1ConversationEphemeral => ["message-v1"],
            TopicKind.V2Conversation or TopicKind.V2ConversationEphemeral => ["message-v2"],
            TopicKind.UserPreferences => ["consent"],
            _ => [],
        };
        return kinds.Select(name => All[name](message, false)).FirstOrDefault(static output => output is not null);
    }
}
