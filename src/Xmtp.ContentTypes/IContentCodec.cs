using Proto = Xmtp.Protocol.MessageContents;

namespace Xmtp.ContentTypes;

/// <summary>
/// What a <see cref="CodecRegistry"/> sees of a codec. Write a codec by implementing <see cref="IContentCodec{T}"/>,
/// which supplies these members. A codec has no state and serves many threads at once.
/// </summary>
public interface IContentCodec
{
    /// <summary>The type this codec writes. It reads every version of it up to its own major version.</summary>
    ContentTypeId ContentType { get; }

    /// <summary>The class of the values it writes and reads.</summary>
    Type ContentClass { get; }

    /// <summary>Writes a value: parameters and content, neither compressed nor with a fallback text.</summary>
    /// <exception cref="ArgumentException">The value is not of <see cref="ContentClass"/>, or cannot be written.</exception>
    Proto.EncodedContent Encode(object content, CodecContext context);

    /// <summary>Reads a value from parameters and content, which are inflated already.</summary>
    /// <exception cref="Protocol.Errors.XmtpException">The content is malformed. The registry turns every other exception into this one.</exception>
    object Decode(Proto.EncodedContent encoded, CodecContext context);

    /// <summary>What readers without this codec show instead; null for nothing.</summary>
    string? Fallback(object content);

    /// <summary>Whether the receiver's devices should be woken for this value.</summary>
    bool ShouldPush(object content);
}
