namespace Xmtp.Simulation;

/// <summary>What came of a run.</summary>
/// <param name="Options">What was run.</param>
/// <param name="Failure">The report; null when everything held.</param>
/// <param name="Events">Events done.</param>
/// <param name="Time">Simulated time.</param>
/// <param name="TraceHash">Hash over all that happened.</param>
/// <param name="Entries">Entries that correct nodes wrote.</param>
/// <param name="HealTime">How long after the last fault all was equal again.</param>
internal sealed record SimulationResult(SimulationOptions Options, string? Failure, long Events, TimeSpan Time, ulong TraceHash, int Entries, TimeSpan HealTime)
{
    /// <summary>Which invariant did not hold.</summary>
    public Checks.Invariant? Invariant { get; init; }
}
