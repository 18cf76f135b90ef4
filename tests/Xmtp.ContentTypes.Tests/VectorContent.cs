using System.Text.Json;
using Xmtp.TestSupport;

namespace Xmtp.ContentTypes.Tests;

/// <summary>Makes the values that the rows of the content type vectors describe.</summary>
internal static class VectorContent
{
    public static object Read(JsonElement content, string typeId) => typeId switch
    {
        "text" => content.GetString()!,
        "reaction" => new Reaction
        {
            Reference = content.Text("reference"),
            Content = content.Text("content"),
            Action = Enum.Parse<ReactionAction>(content.Text("action"), ignoreCase: true),
            Schema = Enum.Parse<ReactionSchema>(content.Text("schema"), ignoreCase: true),
        },
        "readReceipt" => new ReadReceipt(),
        "reply" => ReadReply(content),
        "attachment" => new Attachment(content.Text("filename"), content.Text("mimeType"), content.Member("data").Bytes("hex")),
        "transactionReference" => ReadTransaction(content),
        "number" => content.GetInt32(),
        "composite" => ReadComposite(content),
        _ => throw new ArgumentException($"the vectors have a type {typeId} that this test does not know", nameof(typeId)),
    };

    public static ContentTypeId ReadType(JsonElement type) => new(
        type.Text("authority_id"), type.Text("type_id"), (uint)type.Number("version_major"), (uint)type.Number("version_minor"));

    private static Reply ReadReply(JsonElement content)
    {
        var type = ReadType(content.Member("contentType"));
        return new Reply(content.Text("reference"), Read(content.Member("content"), type.TypeId), type);
    }

    private static Composite ReadComposite(JsonElement content) => Composite.Of(content.Rows("parts").Select(part =>
        part.ValueKind == JsonValueKind.String ? (object)part.GetString()! : ReadComposite(part)));

    private static TransactionReference ReadTransaction(JsonElement content) => new()
    {
        Namespace = content.Has("namespace") ? content.Text("namespace") : null,
        NetworkId = content.Member("networkId") is { ValueKind: JsonValueKind.Number } number ? number.GetInt64() : content.Text("networkId"),
        Reference = content.Text("reference"),
        Metadata = content.Has("metadata") ? ReadMetadata(content.Member("metadata")) : null,
    };

    private static TransactionMetadata ReadMetadata(JsonElement metadata) => new()
    {
        TransactionType = metadata.Text("transactionType"),
        Currency = metadata.Text("currency"),
        Amount = metadata.Member("amount").GetDouble(),
        Decimals = metadata.Member("decimals").GetInt32(),
        FromAddress = metadata.Text("fromAddress"),
        ToAddress = metadata.Text("toAddress"),
    };
}
