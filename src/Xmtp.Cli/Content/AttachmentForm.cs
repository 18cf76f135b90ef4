using System.Text.Json.Serialization;

namespace Xmtp.Cli.Content;

/// <summary>A file in a message.</summary>
/// <param name="FileName">As its sender named it; not fit for saving under.</param>
/// <param name="MimeType">For example <c>image/png</c>.</param>
/// <param name="Length">Bytes; need not be said when sending.</param>
/// <param name="Data">The file in base64; left out where only messages are listed.</param>
public sealed record AttachmentForm(
    string FileName,
    string MimeType,
    long? Length = null,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] string? Data = null)
{
    /// <summary>Says nothing of what was written.</summary>
    public override string ToString() => $"attachment of {Length} bytes";
}
