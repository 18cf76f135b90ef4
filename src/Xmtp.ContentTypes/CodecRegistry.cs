using System.Collections.Frozen;
using System.Collections.Immutable;
using System.Diagnostics.CodeAnalysis;
using Xmtp.Protocol.Errors;
using Proto = Xmtp.Protocol.MessageContents;

namespace Xmtp.ContentTypes;

/// <summary>
/// The codecs that a client knows. To write, a codec is found by the value's class or by type; to read, by authority and
/// type, and it serves every content whose major version is not above its own. A registry never changes, so it may be
/// shared freely; <see cref="With"/> makes a larger one.
/// </summary>
public sealed class CodecRegistry
{
    private readonly FrozenDictionary<(string Authority, string Type), IContentCodec> _byType;
    private readonly FrozenDictionary<Type, IContentCodec> _byClass;

    /// <summary>Makes a registry of exactly these codecs.</summary>
    /// <param name="codecs">Of two with the same authority and type the later one serves; of two with the same class the
    /// earlier one is used to write, unless the later has the same type too.</param>
    /// <param name="limits">What one message may cost; <see cref="ContentLimits.Default"/> if null.</param>
    public CodecRegistry(IEnumerable<IContentCodec> codecs, ContentLimits? limits = null)
    {
        ArgumentNullException.ThrowIfNull(codecs);
        Limits = limits ?? ContentLimits.Default;
        var byType = new OrderedDictionary<(string, string), IContentCodec>();
        foreach (var codec in codecs) byType[(codec.ContentType.AuthorityId, codec.ContentType.TypeId)] = codec;
        var byClass = new Dictionary<Type, IContentCodec>();
        foreach (var codec in byType.Values) byClass.TryAdd(codec.ContentClass, codec);
        Codecs = [.. byType.Values];
        _byType = byType.ToFrozenDictionary();
        _byClass = byClass.ToFrozenDictionary();
    }

    /// <summary>All standard types, with the default limits.</summary>
    public static CodecRegistry Default { get; } = new(
    [
        new TextCodec(), new MarkdownCodec(), new ReactionCodec(), new ReplyCodec(), new ReadReceiptCodec(), new AttachmentCodec(),
        new RemoteAttachmentCodec(), new TransactionReferenceCodec(), new CompositeCodec(),
    ]);

    /// <summary>The codecs, one for each type.</summary>
    public ImmutableArray<IContentCodec> Codecs { get; }

    /// <summary>What one message may cost.</summary>
    public ContentLimits Limits { get; }

    /// <summary>A registry that knows <paramref name="codecs"/> too; they replace codecs of the same types.</summary>
    public CodecRegistry With(params IEnumerable<IContentCodec> codecs) => new(Codecs.Concat(codecs), Limits);

    /// <summary>A registry of the same codecs under other limits.</summary>
    public CodecRegistry WithLimits(ContentLimits limits) => new(Codecs, limits);

    /// <summary>Encodes a value with the codec of its class and adds the codec's fallback text.</summary>
    /// <param name="content">The value.</param>
    /// <param name="compression">Compress where <see cref="ContentLimits.CompressedSourceLengthMax"/> allows and it helps; null for not at all.</param>
    /// <exception cref="XmtpException">
    /// <see cref="ErrorCatalogue.ContentUnsupported"/>: no codec writes that class.
    /// <see cref="ErrorCatalogue.ContentTooLarge"/>: nested too deep or too many parts.
    /// </exception>
    /// <exception cref="ArgumentException">The codec refuses the value.</exception>
    public Proto.EncodedContent Encode<T>(T content, Proto.Compression? compression = null)
        where T : notnull
    {
        ArgumentNullException.ThrowIfNull(content);
        return Encode(content, FindForEncoding<T>(content), compression);
    }

    /// <summary>Encodes a value with the codec of a type, for classes that several codecs write.</summary>
    /// <inheritdoc cref="Encode{T}(T, Proto.Compression?)"/>
    public Proto.EncodedContent Encode(object content, ContentTypeId type, Proto.Compression? compression = null)
    {
        ArgumentNullException.ThrowIfNull(content);
        return Encode(content, FindForEncoding(content.GetType(), type), compression);
    }

    /// <summary>Whether the receiver's devices should be woken for a value.</summary>
    /// <param name="content">The value.</param>
    /// <param name="type">Its type; by default the one registered for its class.</param>
    /// <exception cref="XmtpException"><see cref="ErrorCatalogue.ContentUnsupported"/>: no codec for it.</exception>
    public bool ShouldPush<T>(T content, ContentTypeId? type = null)
        where T : notnull
    {
        ArgumentNullException.ThrowIfNull(content);
        var codec = type is null ? FindForEncoding<T>(content) : FindForEncoding(content.GetType(), type);
        return codec.ShouldPush(content);
    }

    /// <summary>
    /// Inflates and decodes. A type without a codec is no failure: the result has no content, an error text, and the
    /// sender's fallback.
    /// </summary>
    /// <exception cref="XmtpException">
    /// <see cref="ErrorCatalogue.MalformedData"/>: no type, damaged bytes, or content that is not what its type demands.
    /// <see cref="ErrorCatalogue.ContentTooLarge"/>: beyond <see cref="Limits"/>.
    /// <see cref="ErrorCatalogue.ContentUnsupported"/>: an unknown compression, or a reply to which no codec for its own content exists.
    /// </exception>
    public DecodedContent Decode(Proto.EncodedContent encoded) => new CodecContext(this).Decode(encoded);

    /// <summary>Parses, inflates and decodes the bytes that a message carries.</summary>
    /// <inheritdoc cref="Decode(Proto.EncodedContent)"/>
    public DecodedContent Decode(ReadOnlySpan<byte> encodedContent) => Decode(EncodedContents.Parse(encodedContent));

    /// <summary>Finds the codec that reads a type.</summary>
    /// <param name="type">The type as the sender stated it.</param>
    /// <param name="codec">The codec, unless the type is unknown here or its major version is above the codec's.</param>
    public bool TryFindForDecoding(ContentTypeId type, [NotNullWhen(true)] out IContentCodec? codec)
    {
        if (_byType.TryGetValue((type.AuthorityId, type.TypeId), out codec) && type.VersionMajor <= codec.ContentType.VersionMajor) return true;
        codec = null;
        return false;
    }

    internal IContentCodec FindForEncoding(Type contentClass, ContentTypeId? type)
    {
        if (type is not null)
        {
            return TryFindForDecoding(type.Value, out var byType)
                ? byType
                : throw new XmtpException(ErrorCatalogue.ContentUnsupported, $"no codec for content type {type}");
        }

        return _byClass.TryGetValue(contentClass, out var codec)
            ? codec
            : throw new XmtpException(ErrorCatalogue.ContentUnsupported, $"no codec writes values of {contentClass}");
    }

    // The declared class first: a codec may be registered for a base class or an interface.
    private IContentCodec FindForEncoding<T>(object content) =>
        _byClass.TryGetValue(typeof(T), out var codec) ? codec : FindForEncoding(content.GetType(), null);

    private Proto.EncodedContent Encode(object content, IContentCodec codec, Proto.Compression? compression)
    {
        var encoded = new CodecContext(this).Encode(content, codec);
        if (!encoded.HasFallback && codec.Fallback(content) is { } fallback) encoded.Fallback = fallback;
        if (compression is not null) EncodedContents.Compress(encoded, compression.Value, Limits);
        return encoded;
    }
}
