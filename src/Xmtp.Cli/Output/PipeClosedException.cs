namespace Xmtp.Cli.Output;

/// <summary>Whoever read standard output has gone: there is nobody left to tell anything.</summary>
internal sealed class PipeClosedException(IOException cause) : Exception(cause.Message, cause)
{
    // EPIPE, and what Windows says of a pipe that ends or is ending.
    private const int BrokenPipe = 32;
    private const int WindowsBrokenPipe = unchecked((int)0x8007006D);
    private const int WindowsNoData = unchecked((int)0x800700E8);

    /// <summary>Whether a failed write tells of this, and not of a full disk, say.</summary>
    public static bool Explains(IOException failure) =>
        failure.HResult is WindowsBrokenPipe or WindowsNoData || (!OperatingSystem.IsWindows() && failure.HResult == BrokenPipe);
}
