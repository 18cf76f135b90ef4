using System.Globalization;
using Xmtp.Protocol.Errors;
using Proto = Xmtp.Protocol.MessageContents;

namespace Xmtp.ContentTypes;

/// <summary>
/// One encoding or decoding under way. Codecs of types that hold other content, as replies do, go through it for what
/// they hold, so that <see cref="ContentLimits"/> count for the message as a whole. Not for use by several threads.
/// </summary>
public sealed class CodecContext
{
    private const int TypeTextLengthMax = 256;

    private int _depth;
    private int _partsLeft;
    private int _inflatedLengthLeft;

    /// <summary>Starts one encoding or decoding.</summary>
    public CodecContext(CodecRegistry registry)
    {
        ArgumentNullException.ThrowIfNull(registry);
        Registry = registry;
        _partsLeft = registry.Limits.PartsMax;
        _inflatedLengthLeft = registry.Limits.InflatedLengthMax;
    }

    /// <summary>Where codecs are found.</summary>
    public CodecRegistry Registry { get; }

    /// <summary>Encodes a value that stands in another: without fallback and without compression.</summary>
    /// <param name="content">The value.</param>
    /// <param name="type">Its type; by default the one registered for the value's class.</param>
    /// <exception cref="XmtpException">
    /// <see cref="ErrorCatalogue.ContentUnsupported"/>: no codec for it. <see cref="ErrorCatalogue.ContentTooLarge"/>: nested too deep.
    /// </exception>
    public Proto.EncodedContent Encode(object content, ContentTypeId? type = null)
    {
        ArgumentNullException.ThrowIfNull(content);
        return Encode(content, Registry.FindForEncoding(content.GetType(), type));
    }

    /// <summary>Decodes content that stands in another.</summary>
    /// <exception cref="XmtpException">As <see cref="CodecRegistry.Decode(Proto.EncodedContent)"/>.</exception>
    public DecodedContent Decode(Proto.EncodedContent encoded)
    {
        ArgumentNullException.ThrowIfNull(encoded);
        if (encoded.Type is null) throw new XmtpException(ErrorCatalogue.MalformedData, "missing content type");
        var type = ContentTypeId.FromProto(encoded.Type);
        var inflated = EncodedContents.Inflate(encoded, _inflatedLengthLeft);
        if (encoded.HasCompression) _inflatedLengthLeft -= inflated.Content.Length;
        var fallback = encoded.HasFallback ? encoded.Fallback : null;
        if (!Registry.TryFindForDecoding(type, out var codec))
            return new DecodedContent { Type = type, Encoded = encoded, Fallback = fallback, Error = $"unknown content type {Clip(type)}" };
        Enter();
        try
        {
            var content = codec.Decode(inflated, this) ?? throw new InvalidOperationException("The codec read nothing.");
            return new DecodedContent { Type = type, Encoded = encoded, Fallback = fallback, Content = content, ShouldPush = codec.ShouldPush(content) };
        }
        catch (Exception exception) when (exception is not XmtpException and not OutOfMemoryException)
        {
            // Codecs are the application's code and meet outside input: whatever they throw means that this message cannot be read.
            throw new XmtpException(
                ErrorCatalogue.MalformedData, $"The codec of {Clip(type)} could not read the content ({exception.GetType().Name}).", exception);
        }
        finally
        {
            Leave();
        }
    }

    internal Proto.EncodedContent Encode(object content, IContentCodec codec)
    {
        Enter();
        try
        {
            var encoded = codec.Encode(content, this);
            encoded.Type ??= codec.ContentType.ToProto();
            return encoded;
        }
        finally
        {
            Leave();
        }
    }

    /// <summary>Takes one step down, for a codec that nests by itself.</summary>
    internal void Enter()
    {
        if (++_depth > Registry.Limits.DepthMax)
        {
            _depth--;
            throw new XmtpException(
                ErrorCatalogue.ContentTooLarge, string.Create(CultureInfo.InvariantCulture, $"content nests deeper than {Registry.Limits.DepthMax}"));
        }
    }

    /// <summary>Takes the step back up.</summary>
    internal void Leave() => _depth--;

    /// <summary>Counts parts of a composite.</summary>
    internal void CountParts(int count)
    {
        if (count > _partsLeft)
        {
            throw new XmtpException(
                ErrorCatalogue.ContentTooLarge, string.Create(CultureInfo.InvariantCulture, $"content has more than {Registry.Limits.PartsMax} parts"));
        }

        _partsLeft -= count;
    }

    // The sender chose the names, at any length; an error text is for people.
    private static string Clip(ContentTypeId type)
    {
        var text = type.ToString();
        return text.Length <= TypeTextLengthMax ? text : string.Concat(text.AsSpan(0, TypeTextLengthMax), "…");
    }
}
