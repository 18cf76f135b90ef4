using Xmtp.ContentTypes;
using Proto = Xmtp.Protocol.MessageContents;

namespace Xmtp.Client.Conversations;

/// <summary>How one message is sent.</summary>
public sealed record SendOptions
{
    /// <summary>The content type to write with; null for the one whose codec writes values of the content's class.</summary>
    public ContentTypeId? ContentType { get; init; }

    /// <summary>Compression of the content; null for none. Only short content is compressed: see <see cref="ContentLimits.CompressedSourceLengthMax"/>.</summary>
    public Proto.Compression? Compression { get; init; }

    /// <summary>The time of the message; null for now. V1 keeps milliseconds, V2 100 ns.</summary>
    public DateTimeOffset? Timestamp { get; init; }

    /// <summary>Whether the message reaches only who is streaming the conversation's ephemeral messages, and is stored nowhere.</summary>
    public bool Ephemeral { get; init; }

    /// <summary>Whether to wake the receiver's devices; null for what the content type says.</summary>
    public bool? ShouldPush { get; init; }
}
