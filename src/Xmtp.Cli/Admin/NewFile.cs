using Xmtp.Cli.Inspection;
using Xmtp.Protocol.Errors;

namespace Xmtp.Cli.Admin;

/// <summary>A file that is there when all of it is there, and for its owner only.</summary>
internal static class NewFile
{
    private const string Suffix = ".partial";

    /// <summary>Writes a file and checks it before it gets its name.</summary>
    /// <param name="file">The file; it must not exist.</param>
    /// <param name="write">Writes it.</param>
    /// <param name="check">Reads it again.</param>
    /// <exception cref="XmtpException"><see cref="ErrorCatalogue.OperationRefused"/>: it exists. <see cref="ErrorCatalogue.StorageFailed"/>: the disk failed.</exception>
    public static async Task WriteAsync(FileInfo file, Func<Stream, Task> write, Func<Stream, Task> check)
    {
        if (file.Exists) throw Exists(file);
        var unfinished = file.FullName + Suffix;
        try
        {
            var options = new FileStreamOptions { Mode = FileMode.Create, Access = FileAccess.ReadWrite, Options = FileOptions.Asynchronous, BufferSize = 1 << 16 };
            if (!OperatingSystem.IsWindows()) options.UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite;
            File.Delete(unfinished);
            await using (var stream = new FileStream(unfinished, options))
            {
                await write(stream);
                stream.Flush(flushToDisk: true);
                stream.Position = 0;
                await check(stream);
            }

            File.Move(unfinished, file.FullName, overwrite: false);
        }
        catch (Exception failure)
        {
            File.Delete(unfinished);
            if (failure is IOException or UnauthorizedAccessException) throw Failed(failure);
            throw;
        }
    }

    /// <summary>Says that a file is in the way.</summary>
    public static InspectException Exists(FileInfo file) => new(ErrorCatalogue.OperationRefused, $"{file.FullName} exists already.", "Name another file; nothing is ever overwritten.");

    /// <summary>Says that the disk did not do it.</summary>
    public static InspectException Failed(Exception failure) => new(ErrorCatalogue.StorageFailed, failure.Message, "See to the disk, and run the command again; nothing was left behind.");
}
