using System.Text.Json.Serialization;

namespace Xmtp.Cli.Content;

/// <summary>A file that lies encrypted elsewhere. Its keys are left out where only messages are listed.</summary>
/// <param name="Url">Where; https.</param>
/// <param name="ContentDigest">SHA-256 of what lies there, in hex.</param>
/// <param name="FileName">As its sender named it.</param>
/// <param name="ContentLength">Bytes of what lies there, by its sender's word.</param>
/// <param name="Secret">Key, 32 bytes in hex.</param>
/// <param name="Salt">32 bytes in hex.</param>
/// <param name="Nonce">12 bytes in hex.</param>
public sealed record RemoteAttachmentForm(
    string Url,
    string ContentDigest,
    string? FileName = null,
    long? ContentLength = null,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] string? Secret = null,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] string? Salt = null,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] string? Nonce = null)
{
    /// <summary>Says nothing of what was written.</summary>
    public override string ToString() => nameof(RemoteAttachmentForm);
}
