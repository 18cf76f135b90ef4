using Xmtp.Client;
using Xmtp.Client.Conversations;
using Xmtp.Client.Streams;
using Xmtp.Client.Transport;
using Xmtp.Identity;

namespace Xmtp.Cli.Demo;

/// <summary>Two people who write to each other over three nodes, with every step told: what the network saw and what the receiver read.</summary>
internal sealed class DemoScript(DemoStory story, DemoNetwork network)
{
    private const int KillAfter = 8;

    /// <summary>Runs all of it.</summary>
    public async Task RunAsync(CancellationToken cancellationToken)
    {
        using var amalWallet = PrivateKeyWallet.Generate();
        using var bolaWallet = PrivateKeyWallet.Generate();
        Tell(network[1], $"Node 1 is up, on {(network.HasKnownPorts ? "the ports that clients have built in" : "free ports: those that clients have built in are taken")}.");
        var joining = XmtpClient.CreateAsync(amalWallet, OptionsOf(network[1]), cancellationToken);
        Tell(await network.StartSecondAsync(cancellationToken), "Node 2 asked node 1 who else there is, and the two are linked.", [1, 2]);
        await using var bola = await XmtpClient.CreateAsync(bolaWallet, OptionsOf(network[2]), cancellationToken);
        await using var bolaInbox = await bola.Conversations.StreamAllMessagesAsync(cancellationToken);
        await using (var amal = await joining)
        {
            TellJoined("Amal", amal, network[1]);
            TellJoined("Bola", bola, network[2]);
            await TalkAsync(amal, bola, bolaInbox, cancellationToken);
        }

        var third = await network.ThirdJoinedAsync(cancellationToken);
        await SameLogsAsync(cancellationToken);
        Tell(third, "Node 3 has joined: every node is linked to both others, and the newcomer fetched what was written before.", [1, 2, 3]);

        await using var moved = await XmtpClient.CreateAsync(amalWallet, OptionsOf(third), cancellationToken);
        var conversation = Assert(await moved.Conversations.ListAsync(cancellationToken: cancellationToken), 1, "conversations")[0];
        story.Tell($"Amal goes on at another machine, through node 3, with her wallet alone: {await CountAsync(conversation, 2, cancellationToken)} of 2 messages are there.", amalWallet.Address.ToString(), conversation.Topic.Value);
        await using var amalInbox = await moved.Conversations.StreamAllMessagesAsync(cancellationToken);
        var back = Assert(await bola.Conversations.ListAsync(cancellationToken: cancellationToken), 1, "conversations")[0];
        await FlowAsync(new DemoFlow("Amal", conversation, amalInbox), new DemoFlow("Bola", back, bolaInbox), cancellationToken);

        await ReturnAsync(cancellationToken);
        var total = await CountAsync(conversation, 2 + (2 * DemoFlow.Count), cancellationToken);
        story.Tell($"The conversation has {total} of {2 + (2 * DemoFlow.Count)} messages, for Amal as for Bola.", amalWallet.Address.ToString(), conversation.Topic.Value);
        await CountAsync(back, total, cancellationToken);
    }

    /// <summary>An answer means that the envelope is on the disks of two nodes: one may die.</summary>
    private static XmtpClientOptions OptionsOf(DemoNode node) => new() { Nodes = [node.Address], AppVersion = "xmtp-demo/1", Acknowledgement = AckLevel.Peers(1) };

    private void TellJoined(string name, XmtpClient client, DemoNode node) => story.Tell(
        $"{name} made an identity with a wallet, through {node.Name}. Public keys are on the network; the private ones too, encrypted by the wallet.", client.Address.ToString());

    private async Task TalkAsync(XmtpClient amal, XmtpClient bola, LiveStream<DecodedMessage> bolaInbox, CancellationToken cancellationToken)
    {
        await using var amalInbox = await amal.Conversations.StreamAllMessagesAsync(cancellationToken);
        await DemoNetwork.UntilAsync("Bola's keys to come to node 1", async () =>
        {
            amal.ForgetContact(bola.Address);
            return await amal.CanMessageAsync(bola.Address, cancellationToken);
        }, cancellationToken);
        var conversation = await amal.Conversations.NewConversationAsync(bola.Address, cancellationToken: cancellationToken);
        story.Tell($"Amal invited Bola to a conversation ({conversation.Version}).", amal.Address.ToString(), conversation.Topic.Value);
        var first = await ExchangeAsync("Amal", conversation, "Hi Bola. Only you can read this.", "Bola", bolaInbox, cancellationToken);
        network.StartThird();
        story.Tell("Node 3, a process of its own, is on its way; it knows the address of node 1.", DemoStory.Network, nodes: [3]);
        await ExchangeAsync("Bola", first.Conversation, "I did, and nobody on the way could. Hi Amal!", "Amal", amalInbox, cancellationToken);
    }

    private async Task<DecodedMessage> ExchangeAsync(
        string sender, Conversation conversation, string text, string receiver, LiveStream<DecodedMessage> inbox, CancellationToken cancellationToken)
    {
        story.Tell($"{sender} sends \"{text}\"", conversation.Self.ToString(), conversation.Topic.Value);
        await conversation.SendAsync(text, cancellationToken);
        await ShowEnvelopeAsync(conversation.Topic.Value, cancellationToken);
        await foreach (var message in inbox.WithCancellation(cancellationToken))
        {
            if (message.IsFromSelf || !message.TryGet<string>(out var received)) continue;
            story.Tell($"{receiver} reads \"{received}\"", message.Conversation.Self.ToString(), message.Conversation.Topic.Value, plaintext: received);
            return message;
        }

        throw new InvalidOperationException($"{receiver}'s stream ended before the message came.");
    }

    /// <summary>The same bytes on every node, wherever they were published.</summary>
    private async Task ShowEnvelopeAsync(string topic, CancellationToken cancellationToken)
    {
        Protocol.MessageApi.V1.Envelope? seen = null;
        await DemoNetwork.UntilAsync("the envelope to come to every node", async () =>
        {
            var newest = await Task.WhenAll(network.Running.Select(node => node.NewestAsync(topic, cancellationToken)));
            seen = newest[0];
            return seen is not null && newest.All(other => seen.Equals(other));
        }, cancellationToken);
        var nodes = network.Running.Select(static node => node.Number).ToList();
        story.Tell($"The network sees {seen!.Message.Length} bytes, the same on nodes {string.Join(", ", nodes)}", DemoStory.Network, topic, seen.Message.ToBase64(), nodes: nodes);
    }

    /// <summary>Both send and read at the same time, and in the middle of it Amal's node dies.</summary>
    private async Task FlowAsync(DemoFlow amal, DemoFlow bola, CancellationToken cancellationToken)
    {
        story.Tell($"Both send {DemoFlow.Count} messages at the same time, Amal through node 3 and Bola through node 2.", DemoStory.Network);
        using var done = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        Task[] reading = [amal.ReadAllAsync(done.Token), bola.ReadAllAsync(done.Token)];
        Task[] sending = [amal.SendAllAsync(story, cancellationToken), bola.SendAllAsync(story, cancellationToken)];
        await DemoNetwork.UntilAsync($"{KillAfter} messages to be read", () => Task.FromResult(bola.Read.Count >= KillAfter), cancellationToken);
        int[] streams = [network.OpenStreamsAt(1), network.OpenStreamsAt(2)];
        var process = await network.KillThirdAsync(cancellationToken);
        var killed = story.Elapsed;
        story.Tell($"Node 3 is killed (SIGKILL to process {process}) after Bola has read {bola.Read.Count} messages of Amal's.", DemoStory.Network, nodes: [3]);

        await Task.WhenAll(sending);
        var goneOn = amal.Sent.First(sent => sent.At > killed);
        var where = Enumerable.Range(1, 2).FirstOrDefault(number => network.OpenStreamsAt(number) > streams[number - 1]);
        story.Tell($"Amal's client went on at {(where == 0 ? "another node" : $"node {where}")} by itself, {(goneOn.At - killed).TotalMilliseconds:0} ms later, with message {goneOn.Number}.", DemoStory.Network, nodes: where == 0 ? null : [where]);
        await DemoNetwork.UntilAsync("all messages to be read", () => Task.FromResult(amal.Read.Count >= DemoFlow.Count && bola.Read.Count >= DemoFlow.Count), cancellationToken);
        await done.CancelAsync();
        await Task.WhenAll(reading);
        Compare("Amal", amal, "Bola");
        Compare("Bola", bola, "Amal");
    }

    private void Compare(string reader, DemoFlow flow, string sender)
    {
        var expected = Enumerable.Range(1, DemoFlow.Count).Select(number => DemoFlow.TextOf(sender, number));
        if (!flow.Read.Order(StringComparer.Ordinal).SequenceEqual(expected.Order(StringComparer.Ordinal), StringComparer.Ordinal))
            throw new InvalidOperationException($"{reader} did not read every message of {sender}'s once: {string.Join(", ", flow.Read)}.");
        story.Tell($"{reader} read {flow.Read.Count} of {DemoFlow.Count} messages of {sender}'s, each once: none was lost, none came twice.", DemoStory.Network);
    }

    private async Task ReturnAsync(CancellationToken cancellationToken)
    {
        network.StartThird();
        var third = await network.ThirdJoinedAsync(cancellationToken);
        Tell(third, "Node 3 was started again, with the data that it had; it is linked to both others.", [1, 2, 3]);
        foreach (var (log, entries, hash) in await SameLogsAsync(cancellationToken))
            story.Tell($"Log {log}: {entries} entries, hash {hash}…, the same on nodes 1, 2, 3.", DemoStory.Network, nodes: [1, 2, 3]);
    }

    /// <summary>Waits until all nodes hold the same of every log, which equal hashes prove of everything before.</summary>
    private async Task<IReadOnlyList<(string Log, ulong Entries, string Hash)>> SameLogsAsync(CancellationToken cancellationToken)
    {
        List<(string Log, ulong Entries, string Hash)> same = [];
        await DemoNetwork.UntilAsync("all nodes to hold the same", async () =>
        {
            var views = await Task.WhenAll(network.Running.Select(async node => (await node.GetLogsAsync(cancellationToken)).Values
                .Select(static log => (log.Name.ToString(), log.Watermark, log.Hash.ToString()[..16])).Order().ToList()));
            same = views[0];
            return views.All(view => view.SequenceEqual(same));
        }, cancellationToken);
        return same;
    }

    private static async Task<int> CountAsync(Conversation conversation, int expected, CancellationToken cancellationToken)
    {
        var count = 0;
        await foreach (var _ in conversation.ListMessagesAsync(cancellationToken: cancellationToken)) count++;
        return count == expected ? count : throw new InvalidOperationException($"The network lost messages, or has some twice: there are {count} of {expected}.");
    }

    private static IReadOnlyList<T> Assert<T>(IReadOnlyList<T> list, int count, string what) =>
        list.Count == count ? list : throw new InvalidOperationException($"There are {list.Count} {what} instead of {count}.");

    private void Tell(DemoNode node, string what, IReadOnlyList<int>? nodes = null) => story.Tell(what, node.ToString(), nodes: nodes ?? [node.Number]);
}
