namespace Xmtp.Cli.Checks;

/// <summary>Result of <c>xmtp node check</c>; the value is the exit code, as monitoring systems expect it of a plugin.</summary>
public enum CheckStatus
{
    /// <summary>All is as it should be.</summary>
    Ok = 0,

    /// <summary>The network works, and somebody should look at it.</summary>
    Degraded = 1,

    /// <summary>Something is broken that does not mend itself.</summary>
    Failed = 2,

    /// <summary>The node could not be asked.</summary>
    Unknown = 3,
}
