using System.Diagnostics;
using System.Globalization;
using System.Security.Cryptography;
using System.Text.Json.Nodes;
using Grpc.Net.Client;
using Xmtp.Client.Storage;

namespace Xmtp.Benchmarks.Inbox;

/// <summary>
/// A large inbox on a real node, read by a fresh process of each side in one run: the first list of conversations, the list
/// again, the messages of some conversations, and memory; and by processes that start from the local store of an earlier one, with the
/// runtime and compiled ahead of time.
/// </summary>
internal static class InboxBenchmark
{
    private const int ConversationsRead = 20;

    private static readonly (string Key, string Title)[] s_rows =
    [
        ("firstList", "first list, ms"),
        ("secondList", "list again, ms"),
        ("messages", $"messages of {ConversationsRead} conversations, ms"),
        ("listMiB", "memory the list added, MiB"),
        ("residentMiB", "resident with the list, MiB"),
    ];

    public static async Task<int> RunAsync(int conversations, int messages, CancellationToken cancellationToken)
    {
        using var scratch = new Scratch();
        await using var node = await ServerProcess.StartNodeAsync(scratch["node"], cancellationToken);
        using var channel = GrpcChannel.ForAddress(node.Address);
        var clock = Stopwatch.StartNew();
        var keys = await FilledInbox.CreateAsync(channel, conversations, messages, cancellationToken);
        Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{conversations} conversations, {messages} messages, made in {clock.Elapsed.TotalSeconds:0} s"));
        var input = new JsonObject
        {
            ["keys"] = ScriptProcess.Bytes(keys), ["grpc"] = node.Address.ToString(), ["http"] = node.HttpAddress.ToString().TrimEnd('/'), ["read"] = ConversationsRead,
            ["store"] = scratch["inbox.db"], ["storeKey"] = ScriptProcess.Bytes(RandomNumberGenerator.GetBytes(StoreKey.Length)),
        };
        (string Name, Func<Task<JsonObject>> RunAsync)[] sides =
        [
            ("JavaScript", () => ScriptProcess.RunJavaScriptAsync("bench-inbox.mjs", input, cancellationToken)),
            ("this SDK", () => ScriptProcess.RunSelfAsync("inbox-reader", input, cancellationToken)),
            ("local store", () => ScriptProcess.RunSelfAsync("inbox-restart", input, cancellationToken)),
            ("native", () => ScriptProcess.RunProgramAsync(Path.Combine(AppContext.BaseDirectory, "..", "..", "..", "restart", "xmtp-restart"), input, cancellationToken)),
        ];
        var sync = await ScriptProcess.RunSelfAsync("inbox-sync", input, cancellationToken);
        Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"all of it brought into a new local store in {Value(sync, "sync") / 1000:0.0} s"));
        var results = new List<JsonObject>();
        foreach (var (name, run) in sides)
        {
            results.Add(await run());
            var (found, expected) = (Value(results[^1], "conversations"), conversations);
            if (found != expected) throw new InvalidOperationException($"{name} found {found} conversations, not {expected}.");
            if (Value(results[^1], "read") != Value(results[0], "read")) throw new InvalidOperationException($"{name} read another number of messages than {sides[0].Name}.");
        }

        Console.WriteLine($"{"",-36}{string.Concat(sides.Select(static (side, index) => $"{side.Name,14}{(index == 0 ? "" : $"{"ratio",9}")}"))}");
        foreach (var (key, title) in s_rows)
            Console.WriteLine($"{title,-36}{string.Concat(results.Select((result, index) => Cell(result, key, index == 0 ? null : results[0])))}");
        return 0;
    }

    private static string Cell(JsonObject result, string key, JsonObject? baseline)
    {
        var isKnown = result[key] is not null;
        var value = isKnown ? string.Create(CultureInfo.InvariantCulture, $"{Value(result, key):0.0}") : "-";
        var ratio = isKnown && baseline is not null ? string.Create(CultureInfo.InvariantCulture, $"{Value(baseline, key) / Value(result, key):0.0}") : "";
        return baseline is null ? $"{value,14}" : $"{value,14}{ratio,9}";
    }

    private static double Value(JsonObject result, string key) => result[key]!.GetValue<double>();
}
