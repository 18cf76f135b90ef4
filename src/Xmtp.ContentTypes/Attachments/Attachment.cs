namespace Xmtp.ContentTypes;

/// <summary>
/// A file inside a message. A message holds about 1 MB in all; larger files go as <see cref="RemoteAttachment"/>.
/// Name and MIME type are the sender's word alone.
/// </summary>
/// <param name="FileName">As sent. Save under <see cref="SafeFileName"/>.</param>
/// <param name="MimeType">For example <c>image/png</c>.</param>
/// <param name="Data">The file.</param>
public sealed record Attachment(string FileName, string MimeType, ReadOnlyMemory<byte> Data)
{
    /// <summary><see cref="FileName"/> as one plain file name on every system: no folders, control characters or reserved names.</summary>
    public string SafeFileName => FileNames.MakeSafe(FileName);

    /// <summary>Whether name, MIME type and bytes are the same.</summary>
    public bool Equals(Attachment? other) =>
        other is not null && FileName == other.FileName && MimeType == other.MimeType && Data.Span.SequenceEqual(other.Data.Span);

    /// <inheritdoc/>
    public override int GetHashCode() => HashCode.Combine(FileName, MimeType, Data.Length);

    /// <summary>Type and length alone: what people write stays out of logs.</summary>
    public override string ToString() => $"attachment of {Data.Length} bytes";
}
