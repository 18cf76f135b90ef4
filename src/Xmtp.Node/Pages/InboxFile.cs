namespace Xmtp.Node.Pages;

/// <summary>One file of the inbox.</summary>
/// <param name="Bytes">Its content.</param>
/// <param name="IsBrotli">Whether that is compressed.</param>
/// <param name="Tag">Its entity tag, weak because it is the same for both encodings.</param>
internal sealed record InboxFile(byte[] Bytes, bool IsBrotli, string Tag);
