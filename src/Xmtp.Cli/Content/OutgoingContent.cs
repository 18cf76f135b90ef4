using Xmtp.Client.Attachments;
using Xmtp.ContentTypes;
using Xmtp.Protocol;
using Xmtp.Protocol.Errors;

namespace Xmtp.Cli.Content;

/// <summary>What is about to be sent.</summary>
internal static class OutgoingContent
{
    /// <summary>Reads a file to send.</summary>
    /// <param name="file">The file.</param>
    /// <param name="mimeType">Its type; null to go by its name.</param>
    /// <param name="isRemote">Whether it will lie on a server, so that more fits.</param>
    /// <param name="cancellationToken">Ends the reading.</param>
    /// <exception cref="XmtpException"><see cref="ErrorCatalogue.MalformedData"/>: it cannot be read. <see cref="ErrorCatalogue.MessageTooLong"/>, <see cref="ErrorCatalogue.ContentTooLarge"/>.</exception>
    public static async Task<Attachment> ReadFileAsync(FileInfo file, string? mimeType, bool isRemote, CancellationToken cancellationToken)
    {
        try
        {
            if (!file.Exists) throw new XmtpException(ErrorCatalogue.MalformedData, $"There is no file {file.FullName}.");
            if (isRemote && file.Length > RemoteAttachments.LengthMaxBytes) throw new XmtpException(ErrorCatalogue.ContentTooLarge, $"{file.Name} is longer than {RemoteAttachments.LengthMaxBytes} bytes.");
            if (!isRemote && file.Length > Limits.MessageLengthMaxBytes) throw TooLong();
            return new Attachment(file.Name, mimeType ?? MimeTypes.Of(file.Name), await File.ReadAllBytesAsync(file.FullName, cancellationToken));
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            throw new XmtpException(ErrorCatalogue.MalformedData, $"{file.FullName} cannot be read: {failure.Message}", failure);
        }
    }

    /// <summary>Refuses what cannot fit into a message.</summary>
    /// <exception cref="XmtpException"><see cref="ErrorCatalogue.MessageTooLong"/>.</exception>
    public static void ThrowIfTooLong(object content, bool isRemote = false)
    {
        if (!isRemote && CodecRegistry.Default.Encode(content).CalculateSize() > Limits.MessageLengthMaxBytes) throw TooLong();
    }

    private static XmtpException TooLong() => new(ErrorCatalogue.MessageTooLong, "This is too long for one message; `xmtp send --attach FILE --upload-to URL` sends larger files by way of a server.");
}
