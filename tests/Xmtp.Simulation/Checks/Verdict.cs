namespace Xmtp.Simulation.Checks;

/// <summary>The first thing that did not hold. It is noted, not thrown, where the code under test would catch it; the simulation looks after each event.</summary>
internal sealed class Verdict
{
    public InvariantException? Failure { get; private set; }

    public void Fail(Invariant invariant, string what) => Failure ??= new InvariantException(invariant, what);

    public void Require(bool holds, Invariant invariant, string what)
    {
        if (!holds) Fail(invariant, what);
    }
}
