using System.Diagnostics;
using Xmtp.Cli.Output;
using Xmtp.Client;
using Xmtp.Client.Conversations;
using Xmtp.Client.Streams;
using Xmtp.Client.Transport;
using Xmtp.Identity;
using Xmtp.Protocol.MessageApi.V1;

namespace Xmtp.Cli.Demo;

/// <summary>Two people who write to each other, with every step told: what the network saw and what the receiver read.</summary>
internal sealed class DemoScript(CliConsole console, Uri node)
{
    private readonly Stopwatch _clock = Stopwatch.StartNew();
    private int _step;

    public async Task RunAsync(CancellationToken cancellationToken)
    {
        var options = new XmtpClientOptions { Nodes = [node], AppVersion = "xmtp-demo/1" };
        using var amalWallet = PrivateKeyWallet.Generate();
        using var bolaWallet = PrivateKeyWallet.Generate();
        await using var amal = await JoinAsync("Amal", amalWallet, options, cancellationToken);
        await using var bola = await JoinAsync("Bola", bolaWallet, options, cancellationToken);
        await using var network = new GrpcTransport(node);

        await using var bolaInbox = await bola.Conversations.StreamAllMessagesAsync(cancellationToken);
        await using var amalInbox = await amal.Conversations.StreamAllMessagesAsync(cancellationToken);
        var conversation = await amal.Conversations.NewConversationAsync(bola.Address, cancellationToken: cancellationToken);
        Tell($"Amal invited Bola to a conversation ({conversation.Version}).", amal.Address.ToString(), conversation.Topic.Value);

        var first = await ExchangeAsync("Amal", conversation, "Hi Bola. Only you can read this.", network, "Bola", bolaInbox, cancellationToken);
        await ExchangeAsync("Bola", first.Conversation, "I did, and nobody on the way could. Hi Amal!", network, "Amal", amalInbox, cancellationToken);

        var history = new List<DecodedMessage>();
        await foreach (var message in conversation.ListMessagesAsync(cancellationToken: cancellationToken)) history.Add(message);
        Tell($"Amal's history has both messages, in order: {history.Count} of 2.", amal.Address.ToString(), conversation.Topic.Value);
        if (history.Count != 2) throw new InvalidOperationException($"The node lost a message: {history.Count} of 2 are there.");
    }

    private async Task<XmtpClient> JoinAsync(string name, PrivateKeyWallet wallet, XmtpClientOptions options, CancellationToken cancellationToken)
    {
        var client = await XmtpClient.CreateAsync(wallet, options, cancellationToken);
        Tell($"{name} made an identity with a wallet. Public keys are on the network; the private ones too, encrypted by the wallet.", wallet.Address.ToString());
        return client;
    }

    private async Task<DecodedMessage> ExchangeAsync(
        string sender, Conversation conversation, string text, GrpcTransport network, string receiver, LiveStream<DecodedMessage> inbox,
        CancellationToken cancellationToken)
    {
        Tell($"{sender} sends \"{text}\"", conversation.Self.ToString(), conversation.Topic.Value);
        await conversation.SendAsync(text, cancellationToken);
        await ShowEnvelopeAsync(network, conversation.Topic.Value, cancellationToken);
        await foreach (var message in inbox.WithCancellation(cancellationToken))
        {
            if (message.IsFromSelf || !message.TryGet<string>(out var received)) continue;
            Tell($"{receiver} reads \"{received}\"", message.Conversation.Self.ToString(), message.Conversation.Topic.Value, plaintext: received);
            return message;
        }

        throw new InvalidOperationException($"{receiver}'s stream ended before the message came.");
    }

    private async Task ShowEnvelopeAsync(GrpcTransport network, string topic, CancellationToken cancellationToken)
    {
        var response = await network.QueryAsync(new QueryRequest
        {
            ContentTopics = { topic },
            PagingInfo = new PagingInfo { Limit = 1, Direction = SortDirection.Descending },
        }, cancellationToken);
        var envelope = response.Envelopes[0];
        Tell($"The network sees {envelope.Message.Length} bytes", "network", topic, envelope.Message.ToBase64());
    }

    private void Tell(string what, string actor, string? topic = null, string? ciphertext = null, string? plaintext = null) => console.Result(
        new DemoOutput(++_step, what, actor, topic, ciphertext, plaintext, _clock.ElapsedMilliseconds), CliJson.Default.DemoOutput, Describe);

    private string Describe(DemoOutput step)
    {
        var head = $"{console.Faint($"{step.ElapsedMs,6} ms")} {step.Step,2}. {(step.Plaintext is null ? step.What : console.Green(step.What))}";
        if (step.Ciphertext is null) return $"{head}\n           {console.Faint(step.Topic ?? step.Actor)}";
        var shown = step.Ciphertext.Length > 152 ? step.Ciphertext[..152] + "…" : step.Ciphertext;
        var lines = Enumerable.Range(0, (shown.Length + 76) / 77).Select(i => "           " + console.Faint(shown.Substring(i * 77, Math.Min(77, shown.Length - i * 77))));
        return head + "\n" + string.Join('\n', lines);
    }
}
