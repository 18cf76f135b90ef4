using System.Diagnostics;
using System.Text.Json.Nodes;
using Xmtp.Client;
using Xmtp.Client.Storage;

namespace Xmtp.Benchmarks.Inbox;

/// <summary>This SDK with a local store: one process fills it from the network, the next starts from it, without asking the network.</summary>
internal static class StoredInbox
{
    /// <summary>Brings everything that the network has into the store.</summary>
    public static async Task<int> SyncAsync(CancellationToken cancellationToken)
    {
        var input = await InboxReader.ReadInputAsync(cancellationToken);
        await using var store = await SqliteClientStore.OpenAsync(PathOf(input), cancellationToken);
        using var key = KeyOf(input);
        var clock = Stopwatch.StartNew();
        await using var client = await XmtpClient.OpenAsync(InboxReader.KeysOf(input), InboxReader.OptionsOf(input) with { Store = store, StoreKey = key }, cancellationToken);
        await client.Inbox.SyncAsync(cancellationToken);
        Console.WriteLine($">{new JsonObject { ["sync"] = clock.Elapsed.TotalMilliseconds, ["conversations"] = client.Inbox.List().Count }.ToJsonString()}");
        return 0;
    }

    /// <summary>Reads the same as <see cref="InboxReader"/> from the store. Opening the client is part of the first list: it loads the store, so what the list added is not told apart.</summary>
    public static async Task<int> RestartAsync(CancellationToken cancellationToken)
    {
        var input = await InboxReader.ReadInputAsync(cancellationToken);
        using var key = KeyOf(input);
        var clock = Stopwatch.StartNew();
        await using var store = await SqliteClientStore.OpenAsync(PathOf(input), cancellationToken);
        await using var client = await XmtpClient.OpenAsync(InboxReader.KeysOf(input), InboxReader.OptionsOf(input) with { Store = store, StoreKey = key }, cancellationToken);
        var conversations = client.Inbox.List();
        var firstList = clock.Elapsed;
        clock.Restart();
        client.Inbox.List();
        var secondList = clock.Elapsed;
        var after = InboxReader.ResidentMiB();
        clock.Restart();
        var read = 0;
        foreach (var item in conversations.OrderByDescending(static item => item.Conversation.CreatedNs).Take(input["read"]!.GetValue<int>()))
            await foreach (var _ in client.Inbox.ReadMessagesAsync(item.Conversation, cancellationToken: cancellationToken)) read++;
        InboxReader.Print(conversations.Count, firstList, secondList, read, clock.Elapsed, after, listMiB: null);
        return 0;
    }

    private static string PathOf(JsonNode input) => input["store"]!.GetValue<string>();

    private static StoreKey KeyOf(JsonNode input) => new(Convert.FromBase64String(input["storeKey"]!["base64"]!.GetValue<string>()));
}
