namespace Xmtp.Simulation.Checks;

/// <summary>What must hold did not.</summary>
internal sealed class InvariantException(Invariant invariant, string what) : Exception($"invariant {(int)invariant} ({invariant}): {what}")
{
    public Invariant Invariant { get; } = invariant;
}
