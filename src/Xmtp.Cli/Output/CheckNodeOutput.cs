namespace Xmtp.Cli.Output;

/// <summary>A node that a check asked.</summary>
/// <param name="Id">Its id, 64 hex digits.</param>
/// <param name="Answered">Whether it answered.</param>
/// <param name="Address">Where it answered; null when it did not.</param>
/// <param name="Failure">Why it could not be asked; null when it was.</param>
/// <param name="Software">What it runs.</param>
/// <param name="Region">Where it says that it stands.</param>
/// <param name="ClockOffsetS">Seconds that its clock is ahead of this machine's, to about one; null when it did not say.</param>
/// <param name="RecordExpires">Until when its record is good, ISO 8601.</param>
public sealed record CheckNodeOutput(
    string Id, bool Answered, string? Address, string? Failure, string Software, string Region, double? ClockOffsetS, string RecordExpires);
