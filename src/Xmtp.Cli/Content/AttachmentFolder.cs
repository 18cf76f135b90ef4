using Xmtp.Cli.Output;
using Xmtp.Client.Attachments;
using Xmtp.Client.Conversations;
using Xmtp.ContentTypes;
using Xmtp.Protocol.Errors;

namespace Xmtp.Cli.Content;

/// <summary>A folder that files of messages are saved in. Their senders choose neither where nor over what.</summary>
internal sealed class AttachmentFolder(DirectoryInfo folder, bool download, CliConsole console) : IAsyncDisposable
{
    private const int IdLength = 16;

    private readonly HttpAttachmentStorage? _storage = download ? new HttpAttachmentStorage(new HttpAttachmentStorageOptions()) : null;

    /// <summary>Saves the file of a message, or of the reply that it is.</summary>
    /// <returns>Where; null when the message has none, or it could not be fetched.</returns>
    /// <exception cref="XmtpException"><see cref="ErrorCatalogue.StorageFailed"/>: it cannot be written.</exception>
    public async Task<string?> SaveAsync(DecodedMessage message, CancellationToken cancellationToken)
    {
        var content = message.Content is Reply reply ? reply.Content : message.Content;
        if (content is RemoteAttachment remote) content = await FetchAsync(remote, cancellationToken);
        if (content is not Attachment file) return null;

        // The id makes it unique: a name alone would let one message replace the file of another.
        var path = Path.Combine(folder.FullName, $"{message.Id.ToString()[..IdLength]}-{file.SafeFileName}");
        try
        {
            folder.Create();
            if (File.Exists(path)) return path;
            var options = new FileStreamOptions { Mode = FileMode.CreateNew, Access = FileAccess.Write };
            if (!OperatingSystem.IsWindows()) options.UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite;
            await using var stream = new FileStream(path, options);
            await stream.WriteAsync(file.Data, cancellationToken);
            return path;
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            throw new XmtpException(ErrorCatalogue.StorageFailed, $"{path} cannot be written: {failure.Message}", failure);
        }
    }

    public ValueTask DisposeAsync()
    {
        _storage?.Dispose();
        return ValueTask.CompletedTask;
    }

    private async Task<object?> FetchAsync(RemoteAttachment remote, CancellationToken cancellationToken)
    {
        if (_storage is null) return null;
        try
        {
            return (await _storage.DownloadRemoteAttachmentAsync(remote, cancellationToken: cancellationToken)).Content;
        }
        catch (XmtpException failure)
        {
            // One file less is no reason to show no message.
            console.Progress($"{CliConsole.Printable(remote.Url.OriginalString)}: {CliConsole.Printable(failure.Message)} ({failure.Code.Id})");
            return null;
        }
    }
}
