using Xmtp.Cli.Output;

namespace Xmtp.Cli.Manual;

/// <summary>What each exit code means, for the manual page and the reference.</summary>
internal static class ExitCodes
{
    /// <summary>All of <see cref="ExitCode"/>, in order.</summary>
    public static IReadOnlyList<(int Code, string Meaning)> All { get; } =
    [
        (ExitCode.Success, "done"),
        (ExitCode.Failed, "failed for a reason no other code names"),
        (ExitCode.Usage, "the command line or `XMTP_NODE` was wrong; nothing was tried"),
        (ExitCode.NotFound, "the peer, the identity or the conversation does not exist on the network"),
        (ExitCode.Refused, "refused by the node, the wallet or the protocol"),
        (ExitCode.Unavailable, "the node cannot be reached or asks to wait; the same command may succeed later"),
        (ExitCode.KeyFile, "key file missing or damaged, or the passphrase is wrong"),
        (ExitCode.Interrupted, "interrupted by Ctrl+C (SIGINT) or SIGTERM"),
        (ExitCode.PipeClosed, "whoever read the results, such as `head`, has read enough and gone; the command ended there"),
    ];
}
