using Xmtp.Client.Conversations;
using Xmtp.ContentTypes;
using Xmtp.Protocol.Errors;

namespace Xmtp.Client.Attachments;

/// <summary>Remote attachments in one call: encrypt, upload and send; download, verify and open.</summary>
public static class RemoteAttachments
{
    /// <summary>What a download may have where nothing else is said: 100 MiB.</summary>
    public const long LengthMaxBytes = 100L * 1024 * 1024;

    /// <summary>Encrypts content under a key of its own, uploads it, and sends address and key as a message.</summary>
    /// <param name="conversation">Where to.</param>
    /// <param name="content">Usually an <see cref="Attachment"/>; any content that a codec is registered for.</param>
    /// <param name="storage">Where the payload goes.</param>
    /// <param name="progress">Hears how many bytes of the payload were uploaded.</param>
    /// <param name="cancellationToken">Ends the call.</param>
    /// <exception cref="XmtpException">
    /// <see cref="ErrorCatalogue.AttachmentTransferFailed"/>: nothing was sent. Otherwise as by <see cref="Conversation.SendAsync{T}(T, CancellationToken)"/>.
    /// </exception>
    public static async Task<DecodedMessage> SendRemoteAttachmentAsync(
        this Conversation conversation, object content, IAttachmentStorage storage, IProgress<long>? progress = null, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(conversation);
        var remote = await UploadRemoteAttachmentAsync(storage, content, progress, cancellationToken).ConfigureAwait(false);
        return await conversation.SendAsync(remote, cancellationToken).ConfigureAwait(false);
    }

    /// <summary>Encrypts content and uploads it. Send what is returned by a conversation or an outbox.</summary>
    /// <exception cref="XmtpException"><see cref="ErrorCatalogue.AttachmentTransferFailed"/>: it was not stored.</exception>
    public static async Task<RemoteAttachment> UploadRemoteAttachmentAsync(
        this IAttachmentStorage storage, object content, IProgress<long>? progress = null, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(storage);
        var encrypted = AttachmentCipher.Encrypt(content);
        return encrypted.ToRemoteAttachment(await storage.UploadAsync(encrypted.Payload, progress, cancellationToken).ConfigureAwait(false));
    }

    /// <summary>Downloads what a message points at, checks that it is what the sender uploaded, and opens it.</summary>
    /// <param name="storage">Where from.</param>
    /// <param name="attachment">The content of the message.</param>
    /// <param name="lengthMaxBytes">What is longer is not downloaded.</param>
    /// <param name="progress">Hears how many bytes have come.</param>
    /// <param name="cancellationToken">Ends the call.</param>
    /// <returns>Usually an <see cref="Attachment"/>; without content if its type is unknown.</returns>
    /// <exception cref="XmtpException">
    /// <see cref="ErrorCatalogue.AttachmentTransferFailed"/>, <see cref="ErrorCatalogue.ContentTooLarge"/>: it did not come.
    /// <see cref="ErrorCatalogue.CryptographyFailed"/>: it is not what was sent.
    /// </exception>
    public static async Task<DecodedContent> DownloadRemoteAttachmentAsync(
        this IAttachmentStorage storage, RemoteAttachment attachment, long lengthMaxBytes = LengthMaxBytes, IProgress<long>? progress = null, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(storage);
        ArgumentNullException.ThrowIfNull(attachment);
        if (attachment.ContentLength > lengthMaxBytes) throw new XmtpException(ErrorCatalogue.ContentTooLarge, $"the attachment has more than {lengthMaxBytes} bytes");
        var payload = await storage.DownloadAsync(attachment.Url, lengthMaxBytes, progress, cancellationToken).ConfigureAwait(false);
        return AttachmentCipher.Decrypt(attachment, payload);
    }
}
