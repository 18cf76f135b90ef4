using Google.Protobuf;
using Xmtp.Protocol.Errors;
using Proto = Xmtp.Protocol.MessageContents;

namespace Xmtp.ContentTypes;

/// <summary>
/// Composites, <c>xmtp.org/composite:1.0</c> (XIP-9): a tree of encoded contents. Published clients dropped the type later (XIP-19);
/// they show nothing in its place. A part of unknown type keeps its fallback and spoils no other part.
/// </summary>
public sealed class CompositeCodec : IContentCodec<Composite>
{
    /// <summary>The type.</summary>
    public static ContentTypeId Type { get; } = ContentTypeId.Standard("composite");

    /// <inheritdoc/>
    public ContentTypeId ContentType => Type;

    /// <inheritdoc/>
    public Proto.EncodedContent Encode(Composite content, CodecContext context)
    {
        ArgumentNullException.ThrowIfNull(content);
        ArgumentNullException.ThrowIfNull(context);
        return new Proto.EncodedContent { Type = Type.ToProto(), Content = Write(content, context).ToByteString() };
    }

    /// <inheritdoc/>
    public Composite Decode(Proto.EncodedContent encoded, CodecContext context)
    {
        ArgumentNullException.ThrowIfNull(encoded);
        ArgumentNullException.ThrowIfNull(context);
        Proto.Composite tree;
        try
        {
            tree = Proto.Composite.Parser.ParseFrom(encoded.Content);
        }
        catch (InvalidProtocolBufferException exception)
        {
            throw new XmtpException(ErrorCatalogue.MalformedData, "a composite that does not parse", exception);
        }

        return Read(tree, context);
    }

    /// <inheritdoc/>
    public bool ShouldPush(Composite content) => false;

    private static Proto.Composite Write(Composite composite, CodecContext context)
    {
        context.CountParts(composite.Parts.Count);
        var tree = new Proto.Composite();
        foreach (var part in composite.Parts)
        {
            tree.Parts.Add(part.Content switch
            {
                Composite branch => new Proto.Composite.Types.Part { Composite = Descend(branch, context, Write) },
                { } value => new Proto.Composite.Types.Part { Part_ = context.Encode(value, part.Type) },
                null => throw new ArgumentException($"A part whose type is unknown here cannot be sent on: {part.Error}.", nameof(composite)),
            });
        }

        return tree;
    }

    private static Composite Read(Proto.Composite tree, CodecContext context)
    {
        context.CountParts(tree.Parts.Count);
        return new Composite(tree.Parts.Select(part => part.ElementCase switch
        {
            Proto.Composite.Types.Part.ElementOneofCase.Part_ => new CompositePart(context.Decode(part.Part_)),
            Proto.Composite.Types.Part.ElementOneofCase.Composite => new CompositePart(Descend(part.Composite, context, Read)),
            _ => throw new XmtpException(ErrorCatalogue.MalformedData, "a composite with an empty part"),
        }));
    }

    private static TResult Descend<T, TResult>(T node, CodecContext context, Func<T, CodecContext, TResult> visit)
    {
        context.Enter();
        try
        {
            return visit(node, context);
        }
        finally
        {
            context.Leave();
        }
    }
}
