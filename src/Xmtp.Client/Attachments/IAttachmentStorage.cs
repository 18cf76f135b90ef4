using Xmtp.ContentTypes;
using Xmtp.Protocol.Errors;

namespace Xmtp.Client.Attachments;

/// <summary>
/// Where the encrypted payloads of remote attachments lie: a web server, an object store, IPFS. It sees ciphertext of a known length and
/// who asks for it, and needs no secret of the conversation.
/// </summary>
public interface IAttachmentStorage
{
    /// <summary>Stores a payload for as long as readers may ask for it.</summary>
    /// <param name="payload">What <see cref="EncryptedAttachment.Payload"/> holds.</param>
    /// <param name="progress">Hears how many bytes were sent, now and then.</param>
    /// <param name="cancellationToken">Ends the upload.</param>
    /// <returns>Where it can be downloaded by whoever knows the address; https.</returns>
    /// <exception cref="XmtpException"><see cref="ErrorCatalogue.AttachmentTransferFailed"/>: it was not stored.</exception>
    Task<Uri> UploadAsync(ReadOnlyMemory<byte> payload, IProgress<long>? progress = null, CancellationToken cancellationToken = default);

    /// <summary>Fetches a payload. The address comes from a stranger.</summary>
    /// <param name="url">The address; https.</param>
    /// <param name="lengthMaxBytes">Where to stop: more than this is never held.</param>
    /// <param name="progress">Hears how many bytes have come, now and then.</param>
    /// <param name="cancellationToken">Ends the download.</param>
    /// <exception cref="XmtpException">
    /// <see cref="ErrorCatalogue.AttachmentTransferFailed"/>: it is not there, or not reachable. <see cref="ErrorCatalogue.ContentTooLarge"/>: it is longer.
    /// </exception>
    Task<ReadOnlyMemory<byte>> DownloadAsync(Uri url, long lengthMaxBytes, IProgress<long>? progress = null, CancellationToken cancellationToken = default);
}
