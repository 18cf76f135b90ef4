namespace Xmtp.Cli.Output;

/// <summary>A failure, on standard error.</summary>
/// <param name="Code">Stable id; <c>docs/reference/errors.md</c> explains each.</param>
/// <param name="Message">What was wrong.</param>
/// <param name="Advice">What to do.</param>
/// <param name="Retryable">Whether the same command may succeed later.</param>
public sealed record ErrorOutput(string Code, string Message, string Advice, bool Retryable);
