using Proto = Xmtp.Protocol.MessageContents;

namespace Xmtp.ContentTypes;

/// <summary>Writes and reads one content type. A codec has no state and serves many threads at once.</summary>
/// <typeparam name="T">Class of the values, one of its own for each type: the registry chooses the codec to write with by it.</typeparam>
public interface IContentCodec<T> : IContentCodec
    where T : notnull
{
    /// <summary>Writes a value: parameters and content, neither compressed nor with a fallback text.</summary>
    /// <exception cref="ArgumentException">The value cannot be written.</exception>
    Proto.EncodedContent Encode(T content, CodecContext context);

    /// <summary>Reads a value from parameters and content, which are inflated already.</summary>
    /// <exception cref="Protocol.Errors.XmtpException">The content is malformed. The registry turns every other exception into this one.</exception>
    new T Decode(Proto.EncodedContent encoded, CodecContext context);

    /// <summary>What readers without this codec show instead; null, the default, for nothing.</summary>
    string? Fallback(T content) => null;

    /// <summary>Whether the receiver's devices should be woken for this value; they are by default.</summary>
    bool ShouldPush(T content) => true;

    Type IContentCodec.ContentClass => typeof(T);

    Proto.EncodedContent IContentCodec.Encode(object content, CodecContext context) => Encode(Cast(content), context);

    object IContentCodec.Decode(Proto.EncodedContent encoded, CodecContext context) => Decode(encoded, context);

    string? IContentCodec.Fallback(object content) => Fallback(Cast(content));

    bool IContentCodec.ShouldPush(object content) => ShouldPush(Cast(content));

    private T Cast(object content)
    {
        ArgumentNullException.ThrowIfNull(content);
        return content is T typed
            ? typed
            : throw new ArgumentException($"{ContentType} is written from {typeof(T)}, not from {content.GetType()}.", nameof(content));
    }
}
