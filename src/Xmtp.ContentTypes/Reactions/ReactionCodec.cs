using System.Text;
using Xmtp.Protocol.Errors;
using Proto = Xmtp.Protocol.MessageContents;

namespace Xmtp.ContentTypes;

/// <summary>
/// Reactions, <c>xmtp.org/reaction:1.0</c> (XIP-20): JSON. The older form, with the fields in the parameters and the bare
/// reaction as content, is read too. Reactions wake no device (XIP-62).
/// </summary>
public sealed class ReactionCodec : IContentCodec<Reaction>
{
    private const string ActionParameter = "action";
    private const string ReferenceParameter = "reference";
    private const string SchemaParameter = "schema";

    /// <summary>The type.</summary>
    public static ContentTypeId Type { get; } = ContentTypeId.Standard("reaction");

    /// <inheritdoc/>
    public ContentTypeId ContentType => Type;

    /// <inheritdoc/>
    public Proto.EncodedContent Encode(Reaction content, CodecContext context)
    {
        ArgumentNullException.ThrowIfNull(content);
        var json = new ReactionJson
        {
            Action = WriteAction(content.Action),
            Reference = content.Reference,
            ReferenceInboxId = content.ReferenceInboxId,
            Schema = WriteSchema(content.Schema),
            Content = content.Content,
        };
        return new Proto.EncodedContent { Type = Type.ToProto(), Content = ContentJson.Write(json, ContentJsonContext.Default.ReactionJson) };
    }

    /// <inheritdoc/>
    public Reaction Decode(Proto.EncodedContent encoded, CodecContext context)
    {
        ArgumentNullException.ThrowIfNull(encoded);
        if (ContentJson.TryRead(encoded.Content, ContentJsonContext.Default.ReactionJson) is { Reference: { } reference, Content: { } content } json)
        {
            return new Reaction
            {
                Reference = reference,
                Content = content,
                Action = ReadAction(json.Action),
                Schema = ReadSchema(json.Schema),
                ReferenceInboxId = json.ReferenceInboxId,
            };
        }

        if (!encoded.Parameters.TryGetValue(ReferenceParameter, out var legacyReference))
        {
            throw new XmtpException(ErrorCatalogue.MalformedData, "a reaction that is neither JSON with reference and content nor of the older form");
        }

        return new Reaction
        {
            Reference = legacyReference,
            Content = Encoding.UTF8.GetString(encoded.Content.Span),
            Action = ReadAction(encoded.Parameters.GetValueOrDefault(ActionParameter)),
            Schema = ReadSchema(encoded.Parameters.GetValueOrDefault(SchemaParameter)),
        };
    }

    /// <inheritdoc/>
    public string? Fallback(Reaction content)
    {
        ArgumentNullException.ThrowIfNull(content);
        return content.Action == ReactionAction.Removed
            ? $"Removed “{content.Content}” from an earlier message"
            : $"Reacted “{content.Content}” to an earlier message";
    }

    /// <inheritdoc/>
    public bool ShouldPush(Reaction content) => false;

    private static ReactionAction ReadAction(string? text) => text switch
    {
        "added" => ReactionAction.Added,
        "removed" => ReactionAction.Removed,
        _ => ReactionAction.Unknown,
    };

    private static ReactionSchema ReadSchema(string? text) => text switch
    {
        "unicode" => ReactionSchema.Unicode,
        "shortcode" => ReactionSchema.Shortcode,
        "custom" => ReactionSchema.Custom,
        _ => ReactionSchema.Unknown,
    };

    private static string WriteAction(ReactionAction action) => action switch
    {
        ReactionAction.Added => "added",
        ReactionAction.Removed => "removed",
        _ => throw new ArgumentException($"A reaction cannot be sent with the action {action}.", nameof(action)),
    };

    private static string WriteSchema(ReactionSchema schema) => schema switch
    {
        ReactionSchema.Unicode => "unicode",
        ReactionSchema.Shortcode => "shortcode",
        ReactionSchema.Custom => "custom",
        _ => throw new ArgumentException($"A reaction cannot be sent with the schema {schema}.", nameof(schema)),
    };
}
