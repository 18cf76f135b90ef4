using Xmtp.Protocol.Errors;

namespace Xmtp.Testing;

/// <summary>What some calls to come will end with.</summary>
/// <param name="code">The failure.</param>
/// <param name="retryAfter">How long the node asks to wait.</param>
/// <param name="isAnswerLost">Whether the node does its work first.</param>
/// <param name="count">For how many calls.</param>
internal sealed class PlannedFault(ErrorCode code, TimeSpan? retryAfter, bool isAnswerLost, int count)
{
    public ErrorCode Code => code;

    public TimeSpan? RetryAfter => retryAfter;

    public bool IsAnswerLost => isAnswerLost;

    public int Left { get; set; } = count;
}
