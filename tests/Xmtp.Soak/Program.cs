using System.CommandLine;
using Xmtp.Soak;

var minutes = new Option<double>("--minutes") { Description = "How long faults go on.", DefaultValueFactory = static _ => 10 };
var seed = new Option<int>("--seed") { Description = "Which faults come; the same seed gives the same.", DefaultValueFactory = static _ => Random.Shared.Next() };
var nodes = new Option<int>("--nodes") { Description = "How many nodes.", DefaultValueFactory = static _ => 5 };
var command = new RootCommand("Runs nodes as processes under load and random faults, and checks after each fault that all hold the same, that nothing acknowledged is lost, and that nothing came from nowhere.")
{
    minutes, seed, nodes,
};
command.SetAction((parsed, cancellationToken) => SoakRun.RunAsync(
    TimeSpan.FromMinutes(parsed.GetValue(minutes)), parsed.GetValue(seed), parsed.GetValue(nodes), Console.Out, cancellationToken));
return await command.Parse(args).InvokeAsync();
