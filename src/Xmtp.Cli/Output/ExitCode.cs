using Grpc.Core;
using Xmtp.Protocol.Errors;

namespace Xmtp.Cli.Output;

/// <summary>What the command's exit code means; documented in <c>docs/reference/cli.md</c>.</summary>
public static class ExitCode
{
    /// <summary>Done.</summary>
    public const int Success = 0;

    /// <summary>Something failed that no other code names.</summary>
    public const int Failed = 1;

    /// <summary>The command line was wrong; nothing was tried.</summary>
    public const int Usage = 2;

    /// <summary>The peer or the identity does not exist on the network.</summary>
    public const int NotFound = 3;

    /// <summary>The node, the wallet or the protocol refused it.</summary>
    public const int Refused = 4;

    /// <summary>The node cannot be reached or asks to wait; the same command may succeed later.</summary>
    public const int Unavailable = 5;

    /// <summary>The key file is missing, damaged, or the passphrase is wrong.</summary>
    public const int KeyFile = 6;

    /// <summary>Interrupted, from the keyboard or by a request to end.</summary>
    public const int Interrupted = 130;

    /// <summary>Whoever read standard output has gone. The number that a shell gives a program which the signal of a closed pipe ended.</summary>
    public const int PipeClosed = 141;

    /// <summary>The exit code for a failure.</summary>
    public static int Of(ErrorCode code)
    {
        ArgumentNullException.ThrowIfNull(code);
        if (code == ErrorCatalogue.KeyFileUnreadable) return KeyFile;
        if (code == ErrorCatalogue.OptionsInvalid) return Usage;
        if (code.Retryable) return Unavailable;
        return code.Status switch
        {
            StatusCode.NotFound => NotFound,
            StatusCode.InvalidArgument or StatusCode.Unauthenticated or StatusCode.PermissionDenied or StatusCode.FailedPrecondition => Refused,
            _ => Failed,
        };
    }
}
