using System.Text;
using Microsoft.Win32.SafeHandles;

namespace Xmtp.Cli.Output;

/// <summary>Standard output, so that a pipe which nobody reads any more is noticed.</summary>
internal static class StandardOutput
{
    private const int Handle = 1;

    /// <summary>A writer that flushes each write. For a pipe it throws when the reader is gone, which the runtime's own keeps to itself.</summary>
    public static TextWriter Open()
    {
        if (OperatingSystem.IsWindows() || !Console.IsOutputRedirected) return Console.Out;
        FileStream? stream = null;
        try
        {
            stream = new FileStream(new SafeFileHandle(Handle, ownsHandle: false), FileAccess.Write, bufferSize: 0);

            // A file has a place in it that other programs share, and the runtime's writer minds it.
            if (!stream.CanSeek) return new StreamWriter(stream, new UTF8Encoding(encoderShouldEmitUTF8Identifier: false)) { AutoFlush = true, NewLine = Environment.NewLine };
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException or ArgumentException)
        {
            // Closed, or something special.
        }

        stream?.Dispose();
        return Console.Out;
    }
}
