using Xmtp.Client.Attachments;

namespace Xmtp.Inbox.Messages;

/// <summary>Where attachments that are too large for a message lie.</summary>
public static class AttachmentStorages
{
    /// <summary>A storage for one transfer. The browser's own rules keep it from reading what other sites did not make public.</summary>
    /// <param name="uploadTo">The folder for uploads: https, with a closing slash; null for downloads.</param>
    /// <exception cref="ArgumentException">The address is not https or has no closing slash.</exception>
    public static HttpAttachmentStorage Create(Uri? uploadTo) => new(new HttpAttachmentStorageOptions { UploadTo = uploadTo, HttpHandler = new HttpClientHandler() });
}
