using Xmtp.Simulation.Nodes;
using Xmtp.Simulation.Scenarios;

namespace Xmtp.Simulation;

/// <summary>What decides a run wholly.</summary>
/// <param name="Seed">The seed.</param>
/// <param name="Scenario">What happens.</param>
/// <param name="Nodes">How many correct nodes; null for what the seed says.</param>
/// <param name="Canary">The planted bug.</param>
internal sealed record SimulationOptions(int Seed, Scenario Scenario, int? Nodes = null, Canary Canary = Canary.None)
{
    /// <summary>The command that runs the same again.</summary>
    public string Command => $"./build.sh sim --seed {Seed} --scenario {Scenario.Name}{(Nodes is { } nodes ? $" --nodes {nodes}" : string.Empty)}{(Canary == Canary.None ? string.Empty : $" --canary {Canary}")}";
}
