using Xmtp.Client.Attachments;

namespace Xmtp.Inbox.Messages;

/// <summary>Where attachments that are too large for a message lie.</summary>
public static class AttachmentStorages
{
    /// <summary>A storage for one download. The browser's own rules keep it from reading what other sites did not make public.</summary>
    public static HttpAttachmentStorage ForDownload() => new(new HttpAttachmentStorageOptions { HttpHandler = new HttpClientHandler() });
}
