namespace Xmtp.Node.Core.Log;

/// <summary>An entry as read from a store.</summary>
/// <param name="Place">Where it stands here.</param>
/// <param name="HeaderBytes">All but the payload; see <see cref="EntryHeaderFormat"/>.</param>
/// <param name="Payload">The payload, or null when it has expired and is gone.</param>
public readonly record struct LoggedEntry(EntryPlace Place, ReadOnlyMemory<byte> HeaderBytes, ReadOnlyMemory<byte>? Payload)
{
    /// <summary>The header.</summary>
    /// <exception cref="Protocol.Errors.XmtpException">The stored bytes are damaged.</exception>
    public EntryHeader ReadHeader() => EntryHeaderFormat.Read(HeaderBytes.Span);
}
