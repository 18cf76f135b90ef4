using System.Text.Json.Serialization;

namespace Xmtp.Node.Transfer;

/// <summary>A line of an export as it is read: the heading, an envelope, or the end of a part, by <see cref="Kind"/>.</summary>
internal sealed record TransferLine(
    string? Kind = null,
    int? Format = null,
    string? Node = null,
    string? Network = null,
    string? Created = null,
    string? Prefix = null,
    string? FromNs = null,
    string? ToNs = null,
    string? Topic = null,
    string? TimeNs = null,
    byte[]? Message = null,
    string? StoredNs = null,
    byte[]? Token = null,
    int? Number = null,
    int? Envelopes = null,
    string? Previous = null,
    string? Sha256 = null,
    string? After = null,
    bool? Last = null)
{
    /// <summary>Kind of the first line.</summary>
    public const string Heading = "export";

    /// <summary>Kind of the last line of a part.</summary>
    public const string End = "part";
}

/// <summary>Lines as JSON.</summary>
[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase, DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull, AllowDuplicateProperties = false, MaxDepth = 2)]
[JsonSerializable(typeof(TransferLine))]
internal sealed partial class TransferJson : JsonSerializerContext;
