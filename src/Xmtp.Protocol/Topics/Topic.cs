using System.Diagnostics.CodeAnalysis;
using System.Text;

namespace Xmtp.Protocol.Topics;

/// <summary>
/// A topic: the opaque, case-sensitive text that envelopes are published to and found by. Every text of at most
/// <see cref="Limits.TopicLengthMaxBytes"/> UTF-8 bytes is one; the well-known forms are made by the factories here.
/// </summary>
public readonly record struct Topic : IParsable<Topic>
{
    private const string Prefix = "/xmtp/0/";
    private const string Suffix = "/proto";

    private readonly string? _value;

    /// <summary>Takes <paramref name="value"/> as it stands.</summary>
    /// <param name="value">The whole topic, for example <c>/xmtp/0/contact-0x…/proto</c>.</param>
    public Topic(string value)
    {
        ArgumentNullException.ThrowIfNull(value);
        _value = value;
    }

    /// <summary>The whole text.</summary>
    public string Value => _value ?? string.Empty;

    /// <summary>What the topic is for.</summary>
    public TopicKind Kind => Classify(Value);

    /// <summary>Whether envelopes here are delivered live only and never stored.</summary>
    public bool IsEphemeral => IsEphemeralTopic(Value);

    /// <summary>Length in UTF-8 bytes, the measure of <see cref="Limits.TopicLengthMaxBytes"/>.</summary>
    public int ByteLength => Encoding.UTF8.GetByteCount(Value);

    /// <summary>Where an account's public key bundles are published.</summary>
    /// <param name="address">EIP-55 address.</param>
    public static Topic Contact(string address) => Named($"contact-{address}");

    /// <summary>Where an account's encrypted private key bundle is kept.</summary>
    /// <param name="address">EIP-55 address.</param>
    public static Topic PrivateStore(string address) => Named($"privatestore-{address}/key_bundle");

    /// <summary>Where V1 peers introduce themselves.</summary>
    /// <param name="address">EIP-55 address.</param>
    public static Topic Intro(string address) => Named($"intro-{address}");

    /// <summary>Where sealed V2 invitations arrive.</summary>
    /// <param name="address">EIP-55 address.</param>
    public static Topic Invite(string address) => Named($"invite-{address}");

    /// <summary>A V1 conversation. The two EIP-55 addresses are put in ordinal order, whichever comes first here.</summary>
    /// <param name="address">One participant.</param>
    /// <param name="otherAddress">The other participant.</param>
    public static Topic DirectMessageV1(string address, string otherAddress)
    {
        var ordered = string.CompareOrdinal(address, otherAddress) <= 0;
        return Named(ordered ? $"dm-{address}-{otherAddress}" : $"dm-{otherAddress}-{address}");
    }

    /// <summary>A V2 conversation.</summary>
    /// <param name="id">Opaque id; 64 lower-case hex digits when made by a current SDK.</param>
    public static Topic DirectMessageV2(string id) => Named($"m-{id}");

    /// <summary>An account's consent log.</summary>
    /// <param name="identifier">Unpadded base64url, derived from the identity key so that it cannot be linked to the address.</param>
    public static Topic UserPreferences(string identifier) => Named($"userpreferences-{identifier}");

    /// <summary>The live-only twin of a conversation topic.</summary>
    /// <exception cref="InvalidOperationException">The topic is not a conversation.</exception>
    public Topic ToEphemeral() => Kind switch
    {
        TopicKind.V1Conversation => new Topic(string.Concat(Prefix, "dmE-", Value.AsSpan(Prefix.Length + "dm-".Length))),
        TopicKind.V2Conversation => new Topic(string.Concat(Prefix, "mE-", Value.AsSpan(Prefix.Length + "m-".Length))),
        TopicKind.V1ConversationEphemeral or TopicKind.V2ConversationEphemeral => this,
        var kind => throw new InvalidOperationException($"A topic of kind {kind} has no ephemeral form; only conversations have."),
    };

    /// <summary>What a topic is for, without making a <see cref="Topic"/>.</summary>
    public static TopicKind Classify(ReadOnlySpan<char> topic)
    {
        if (topic.StartsWith("test-", StringComparison.Ordinal)) return TopicKind.Test;
        if (!topic.StartsWith(Prefix, StringComparison.Ordinal)) return TopicKind.Invalid;
        var name = topic[Prefix.Length..];
        var dash = name.IndexOf('-');
        if (dash < 0) return TopicKind.Invalid;
        return name[..dash] switch
        {
            "contact" => TopicKind.Contact,
            "privatestore" => TopicKind.PrivateStore,
            "intro" => TopicKind.V1Intro,
            "dm" => TopicKind.V1Conversation,
            "dmE" => TopicKind.V1ConversationEphemeral,
            "invite" => TopicKind.V2Invite,
            "groupInvite" => TopicKind.V2GroupInvite,
            "m" => TopicKind.V2Conversation,
            "mE" => TopicKind.V2ConversationEphemeral,
            "userpreferences" => TopicKind.UserPreferences,
            _ => TopicKind.Invalid,
        };
    }

    /// <summary>Whether a topic is live only, without making a <see cref="Topic"/>.</summary>
    public static bool IsEphemeralTopic(ReadOnlySpan<char> topic) =>
        Classify(topic) is TopicKind.V1ConversationEphemeral or TopicKind.V2ConversationEphemeral;

    /// <summary>
    /// The wallet that alone may write to a contact or private store topic: the text between the first and the
    /// second <c>-</c> of the name, up to the next <c>/</c>. It is compared exactly, so only an EIP-55 spelling can match.
    /// </summary>
    /// <param name="topic">Any topic.</param>
    /// <param name="owner">The address text, possibly not an address at all.</param>
    /// <returns>False when the topic has no owner: anyone with a valid token may write.</returns>
    public static bool TryGetOwner(ReadOnlySpan<char> topic, out ReadOnlySpan<char> owner)
    {
        owner = default;
        if (Classify(topic) is not (TopicKind.Contact or TopicKind.PrivateStore)) return false;
        var rest = topic[Prefix.Length..];
        rest = rest[(rest.IndexOf('-') + 1)..];
        var end = rest.IndexOfAny('-', '/');
        owner = end < 0 ? rest : rest[..end];
        return true;
    }

    /// <summary>
    /// The topic test of published clients when they list: the part between the first <c>0/</c> and the last
    /// <c>/proto</c> is not empty and has only characters 0x21 to 0x7F.
    /// </summary>
    public bool IsListable
    {
        get
        {
            var start = Value.IndexOf("0/", StringComparison.Ordinal);
            var end = Value.LastIndexOf(Suffix, StringComparison.Ordinal);
            return start >= 0 && end > start + 2 &&
                Value.AsSpan(start + 2, end - start - 2).IndexOfAnyExceptInRange('\u0021', '\u007f') < 0;
        }
    }

    /// <inheritdoc/>
    public static Topic Parse(string s, IFormatProvider? provider = null) => TryParse(s, provider, out var topic)
        ? topic
        : throw new FormatException($"A topic is at most {Limits.TopicLengthMaxBytes} bytes long.");

    /// <summary>Takes any text that a node would accept as a topic.</summary>
    public static bool TryParse([NotNullWhen(true)] string? s, IFormatProvider? provider, out Topic result)
    {
        result = s is null ? default : new Topic(s);
        return s is not null && result.ByteLength <= Limits.TopicLengthMaxBytes;
    }

    /// <inheritdoc/>
    public override string ToString() => Value;

    private static Topic Named(string name) => new(Prefix + name + Suffix);
}
