using System.Diagnostics;
using Xmtp.Simulation;
using Xmtp.Simulation.Nodes;
using Xmtp.Simulation.Scenarios;

// Runs seeds of one scenario or of all, until one fails, the seeds are done or the time is up.
var arguments = new Dictionary<string, string>();
for (var i = 0; i + 1 < args.Length; i += 2) arguments[args[i].TrimStart('-')] = args[i + 1];
if (args.Length % 2 != 0 || arguments.Keys.Except(["seed", "seeds", "nodes", "scenario", "minutes", "canary"]).Any())
{
    Console.Error.WriteLine($"usage: sim [--seed N] [--seeds COUNT] [--minutes M] [--nodes N] [--scenario NAME]\nscenarios: {string.Join(", ", Scenario.All.Select(static scenario => scenario.Name))}");
    return 2;
}

int? Number(string name) => arguments.TryGetValue(name, out var text) ? int.Parse(text, System.Globalization.CultureInfo.InvariantCulture) : null;
var first = Number("seed") ?? 1;
var minutes = Number("minutes");
var count = Number("seeds") ?? (minutes is null ? 1 : int.MaxValue);
var scenarios = arguments.TryGetValue("scenario", out var name) ? [Scenario.Find(name)] : Scenario.All;
var canary = arguments.TryGetValue("canary", out var planted) ? Enum.Parse<Canary>(planted) : Canary.None;
var clock = Stopwatch.StartNew();
var (runs, events, virtualTime) = (0, 0L, TimeSpan.Zero);
for (var seed = first; seed - first < count && (minutes is null || clock.Elapsed.TotalMinutes < minutes); seed++)
{
    foreach (var scenario in scenarios)
    {
        var result = Simulation.Run(new SimulationOptions(seed, scenario, Number("nodes"), canary));
        (runs, events, virtualTime) = (runs + 1, events + result.Events, virtualTime + result.Time);
        if (result.Failure is { } failure)
        {
            Console.WriteLine(failure);
            return 1;
        }

        if (count <= 5) Console.WriteLine($"seed {seed} {scenario.Name}: {result.Entries} entries, {result.Events} events, {result.Time.TotalSeconds:F0} s, equal {result.HealTime.TotalSeconds:F1} s after the last fault, trace {result.TraceHash:x16}");
    }
}

Console.WriteLine($"{runs} simulations, {events} events, {virtualTime.TotalHours:F1} simulated hours in {clock.Elapsed.TotalSeconds:F0} s: everything held.");
return 0;
