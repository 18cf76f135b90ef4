using Xmtp.Cli.Output;

namespace Xmtp.Cli.Inspection;

/// <summary>Gathers what was verified of a thing.</summary>
internal sealed class Verdicts
{
    private readonly List<VerdictOutput> _all = [];

    /// <summary>All, in the order of their checks.</summary>
    public IReadOnlyList<VerdictOutput> All => _all;

    /// <summary>Adds a verdict.</summary>
    /// <param name="name">What was looked at.</param>
    /// <param name="holds">Whether it holds.</param>
    /// <param name="detail">What follows from it.</param>
    public void Add(string name, bool holds, string detail) => _all.Add(new VerdictOutput(name, holds, detail));

    /// <summary>Adds what could not be looked at, or says nothing either way.</summary>
    /// <param name="name">What.</param>
    /// <param name="reason">Why.</param>
    public void Skip(string name, string reason) => _all.Add(new VerdictOutput(name, null, reason));
}
