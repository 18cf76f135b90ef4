namespace Xmtp.Cli.Output;

/// <summary>What one part of a measurement found.</summary>
/// <param name="Part"><c>publish</c>, <c>query</c> or <c>stream</c>.</param>
/// <param name="Calls">How many calls were answered.</param>
/// <param name="Concurrency">How many were under way at once.</param>
/// <param name="SizeBytes">Length of each message.</param>
/// <param name="PerSecond">Calls answered a second.</param>
/// <param name="P50Ms">Half of the calls took no longer, in milliseconds.</param>
/// <param name="P90Ms">Nine of ten.</param>
/// <param name="P99Ms">Ninety-nine of a hundred.</param>
/// <param name="MaxMs">The longest.</param>
/// <param name="LimitReached">Whether the node asked for a pause, which ended this part.</param>
public sealed record BenchOutput(
    string Part, int Calls, int Concurrency, int SizeBytes, double PerSecond, double P50Ms, double P90Ms, double P99Ms, double MaxMs, bool LimitReached);
