namespace Xmtp.Protocol.Errors;

/// <summary>Base of every failure this project reports. Its text says what was wrong; <see cref="Code"/> says what to do.</summary>
public class XmtpException : Exception
{
    /// <summary>Makes a failure of kind <paramref name="code"/>.</summary>
    /// <param name="code">An entry of <see cref="ErrorCatalogue"/>.</param>
    /// <param name="message">What was wrong, with the values at fault, never a secret or message content.</param>
    /// <param name="innerException">What caused it, if anything.</param>
    public XmtpException(ErrorCode code, string message, Exception? innerException = null)
        : base(message, innerException)
    {
        ArgumentNullException.ThrowIfNull(code);
        Code = code;
        HelpLink = code.HelpLink;
    }

    /// <summary>The kind of failure.</summary>
    public ErrorCode Code { get; }

    /// <summary>Whether the same call may succeed later, unchanged.</summary>
    public bool IsRetryable => Code.Retryable;
}
