using System.Diagnostics;
using System.Globalization;
using System.Text.Json.Nodes;
using Xmtp.Client;

namespace Xmtp.Benchmarks.Inbox;

/// <summary>This SDK's side, in a process of its own: the same steps as bench-inbox.mjs, told in the same words.</summary>
internal static class InboxReader
{
    /// <summary>Reads where the inbox is from standard input and prints what it took after a ">".</summary>
    public static async Task<int> RunAsync(CancellationToken cancellationToken)
    {
        var input = await ReadInputAsync(cancellationToken);
        await using var client = await XmtpClient.OpenAsync(KeysOf(input), OptionsOf(input), cancellationToken);
        var before = ResidentMiB();
        var clock = Stopwatch.StartNew();
        var conversations = await client.Conversations.ListAsync(cancellationToken: cancellationToken);
        var firstList = clock.Elapsed;
        clock.Restart();
        await client.Conversations.ListAsync(cancellationToken: cancellationToken);
        var secondList = clock.Elapsed;
        var after = ResidentMiB();
        clock.Restart();
        var read = 0;
        foreach (var conversation in conversations.OrderByDescending(static conversation => conversation.CreatedNs).Take(input["read"]!.GetValue<int>()))
            await foreach (var _ in conversation.ListMessagesAsync(cancellationToken: cancellationToken)) read++;
        Print(conversations.Count, firstList, secondList, read, clock.Elapsed, after, after - before);
        return 0;
    }

    public static async Task<JsonNode> ReadInputAsync(CancellationToken cancellationToken) =>
        JsonNode.Parse(await Console.In.ReadToEndAsync(cancellationToken))!;

    public static byte[] KeysOf(JsonNode input) => Convert.FromBase64String(input["keys"]!["base64"]!.GetValue<string>());

    public static XmtpClientOptions OptionsOf(JsonNode input) =>
        new() { Nodes = [new Uri(input["grpc"]!.GetValue<string>())], DiscoverNodes = false, PublishContact = false };

    public static void Print(int conversations, TimeSpan firstList, TimeSpan secondList, int read, TimeSpan messages, double residentMiB, double? listMiB) =>
        Console.WriteLine($">{new JsonObject
        {
            ["conversations"] = conversations,
            ["firstList"] = firstList.TotalMilliseconds,
            ["secondList"] = secondList.TotalMilliseconds,
            ["read"] = read,
            ["messages"] = messages.TotalMilliseconds,
            ["residentMiB"] = residentMiB,
            ["listMiB"] = listMiB,
        }.ToJsonString()}");

    public static double ResidentMiB()
    {
        GC.Collect(GC.MaxGeneration, GCCollectionMode.Aggressive, blocking: true, compacting: true);
        return File.ReadLines("/proc/self/status").Where(static line => line.StartsWith("VmRSS:", StringComparison.Ordinal))
            .Select(static line => double.Parse(line.Split(' ', StringSplitOptions.RemoveEmptyEntries)[^2], CultureInfo.InvariantCulture) / 1024).Single();
    }
}
