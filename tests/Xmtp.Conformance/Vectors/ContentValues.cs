using System.Text.Json;
using Xmtp.ContentTypes;
using Proto = Xmtp.Protocol.MessageContents;

namespace Xmtp.Conformance.Vectors;

/// <summary>Content as file 10 writes it in JSON, turned into the values that applications handle.</summary>
internal static class ContentValues
{
    public static ContentTypeId Type(Vector vector) => new(
        vector["authority_id"].Text, vector["type_id"].Text, (uint)vector["version_major"].Integer, (uint)vector["version_minor"].Integer);

    public static object Read(ContentTypeId type, Vector content) => type.TypeId switch
    {
        "text" => content.Text,
        "number" => content.Integer,
        "readReceipt" => ReadReceipt(content),
        "reaction" => new Reaction
        {
            Reference = content["reference"].Text,
            Content = content["content"].Text,
            Action = Enum.Parse<ReactionAction>(content["action"].Text, ignoreCase: true),
            Schema = Enum.Parse<ReactionSchema>(content["schema"].Text, ignoreCase: true),
        },
        "reply" => new Reply(content["reference"].Text, Read(Type(content["contentType"]), content["content"]), Type(content["contentType"])),
        "attachment" => new Attachment(content["filename"].Text, content["mimeType"].Text, content["data"]["hex"].Bytes),
        "transactionReference" => new TransactionReference
        {
            Namespace = content.Find("namespace")?.Text,
            NetworkId = content["networkId"].Kind == JsonValueKind.Number ? content["networkId"].Integer : content["networkId"].Text,
            Reference = content["reference"].Text,
            Metadata = content.Find("metadata") is { } metadata ? Metadata(metadata) : null,
        },
        "composite" => Composite.Of(content["parts"].Items.Select(static part => part.Kind == JsonValueKind.String
            ? part.Text
            : Read(ContentTypeId.Standard("composite"), part))),
        _ => throw new InvalidOperationException($"No test knows the type {type}."),
    };

    /// <summary>A composite's leaves in their brackets, since composites have no equality of their own.</summary>
    public static object Comparable(object? content) => content switch
    {
        Composite composite => $"[{string.Join(", ", composite.Parts.Select(static part => Comparable(part.Content)))}]",
        _ => content ?? "nothing",
    };

    private static ReadReceipt ReadReceipt(Vector content)
    {
        Assert.Empty(content.Members);
        return new ReadReceipt();
    }

    private static TransactionMetadata Metadata(Vector metadata) => new()
    {
        TransactionType = metadata["transactionType"].Text,
        Currency = metadata["currency"].Text,
        Amount = metadata["amount"].Integer,
        Decimals = metadata["decimals"].Integer,
        FromAddress = metadata["fromAddress"].Text,
        ToAddress = metadata["toAddress"].Text,
    };
}

/// <summary>An application's own type, <c>example.com/number:1.2</c>: a number as decimal text.</summary>
internal sealed class NumberCodec : IContentCodec<int>
{
    public ContentTypeId ContentType { get; } = new("example.com", "number", 1, 2);

    public Proto.EncodedContent Encode(int content, CodecContext context) =>
        new() { Content = Google.Protobuf.ByteString.CopyFromUtf8(content.ToString(System.Globalization.CultureInfo.InvariantCulture)) };

    public int Decode(Proto.EncodedContent encoded, CodecContext context) =>
        int.Parse(encoded.Content.ToStringUtf8(), System.Globalization.CultureInfo.InvariantCulture);

    public string? Fallback(int content) => $"a number: {content}";

    public bool ShouldPush(int content) => false;
}
