using System.Diagnostics;
using Xmtp.Client;
using Xmtp.Client.Conversations;

namespace Xmtp.Cli.Tests.Commands;

public class SendCommandTests(Network network)
{
    [Fact]
    public async Task Send_TextArgument_ReachesThePeer()
    {
        using var home = network.Home();
        using var wallet = home.AddWallet();
        await using var peer = await network.JoinAsync();
        var sent = (await home.RunKeyedAsync("send", peer.Address.ToString(), "@hello, what's new?")).Exited(0).Result;

        var (conversation, message) = await ReceiveAsync(peer);
        Assert.Equal("@hello, what's new?", message.Content);
        Assert.Equal(wallet.Address, message.Sender);
        Assert.Equal(message.Id.ToString(), (string?)sent["id"]);
        Assert.Equal(wallet.Address.ToString(), (string?)sent["sender"]);
        Assert.Equal(peer.Address.ToString(), (string?)sent["peer"]);
        Assert.Equal($"{message.SentNs}", (string?)sent["sentNs"]);
        Assert.Equal(message.Sent, DateTimeOffset.Parse((string)sent["sent"]!, System.Globalization.CultureInfo.InvariantCulture));
        Assert.Equal(conversation.Topic.Value, (string?)sent["topic"]);
        Assert.Null(sent["conversationId"]);
        Assert.Equal("xmtp.org/text:1.0", (string?)sent["contentType"]);
        Assert.Equal("@hello, what's new?", (string?)sent["text"]);
    }

    [Fact]
    public async Task Send_StandardInput_KeepsLinesAndCutsTheLastBreak()
    {
        using var home = network.Home();
        using var wallet = home.AddWallet();
        await using var peer = await network.JoinAsync();
        (await home.RunWithInputAsync("grüße 👋🏽\n\nnew line \n", "--passphrase-file", home.PassphraseFile, "send", peer.Address.ToString())).Exited(0);
        Assert.Equal("grüße 👋🏽\n\nnew line ", (await ReceiveAsync(peer)).Message.Content);
    }

    [Fact]
    public async Task Send_ConversationIdAndDashes_ArriveAsGiven()
    {
        using var home = network.Home();
        using var wallet = home.AddWallet();
        await using var peer = await network.JoinAsync();
        (await home.RunKeyedAsync("send", "--conversation-id", "example.com/orders-17", peer.Address.ToString(), "--", "--json")).Exited(0);
        var (conversation, message) = await ReceiveAsync(peer);
        Assert.Equal("example.com/orders-17", conversation.ConversationId);
        Assert.Equal("--json", message.Content);
    }

    [Fact]
    public async Task Send_MistypedOption_IsNotSentAsText()
    {
        using var home = network.Home();
        using var wallet = home.AddWallet();
        await using var peer = await network.JoinAsync();
        (await home.RunKeyedAsync("send", peer.Address.ToString(), "--jsno")).Failed(2, "XMTP3006");
        Assert.Empty(await peer.Conversations.ListAsync(cancellationToken: TestContext.Current.CancellationToken));
    }

    [Fact]
    public async Task Send_UnknownPeer_IsNotFound()
    {
        using var home = network.Home();
        using var wallet = home.AddWallet();
        (await home.RunKeyedAsync("send", "0x0000000000000000000000000000000000000001", "hello")).Failed(3, "XMTP4001");
    }

    [Fact]
    public async Task Send_Oneself_IsRefused()
    {
        using var home = network.Home();
        using var wallet = home.AddWallet();
        (await home.RunKeyedAsync("send", wallet.Address.ToString(), "hello")).Failed(4, "XMTP4003");
    }

    [Theory]
    [InlineData("")]
    [InlineData("\n")]
    public async Task Send_NoText_IsRefused(string input)
    {
        using var home = network.Home();
        (await home.RunWithInputAsync(input, "--json", "send", "0x0000000000000000000000000000000000000001")).Failed(4, "XMTP4006");
        (await home.RunAsync("--json", "send", "0x0000000000000000000000000000000000000001", "")).Failed(4, "XMTP4006");
    }

    [Fact]
    public async Task Send_TooLong_IsRefusedBeforeThePeerSeesAnything()
    {
        using var home = network.Home();
        using var wallet = home.AddWallet();
        await using var peer = await network.JoinAsync();
        var input = string.Concat(Enumerable.Repeat("0123456789abcdef", 100_000));
        (await home.RunWithInputAsync(input, "--json", "--passphrase-file", home.PassphraseFile, "send", peer.Address.ToString())).Failed(4, "XMTP1002");
        Assert.Empty(await peer.Conversations.ListAsync(cancellationToken: TestContext.Current.CancellationToken));
    }

    [Fact]
    public async Task Send_NodeDown_FailsSoonAndNamesTheNode()
    {
        using var home = new CliHome();
        using var wallet = home.AddWallet();
        var clock = Stopwatch.StartNew();
        var result = await home.RunAsync(
            "--passphrase-file", home.PassphraseFile, "--node", DeadNode.Address.OriginalString, "send", "0x0000000000000000000000000000000000000001", "hello");
        Assert.InRange(clock.Elapsed, TimeSpan.Zero, TimeSpan.FromSeconds(20));
        result.Exited(5);
        Assert.StartsWith($"xmtp: The node at {DeadNode.Address.OriginalString} cannot be reached", result.Error, StringComparison.Ordinal);
        Assert.Contains("xmtp node run", result.Error, StringComparison.Ordinal);
        Assert.DoesNotContain("Exception", result.Error, StringComparison.Ordinal);
    }

    private static async Task<(Conversation Conversation, DecodedMessage Message)> ReceiveAsync(XmtpClient peer)
    {
        var conversation = Assert.Single(await peer.Conversations.ListAsync(cancellationToken: TestContext.Current.CancellationToken));
        var messages = await conversation.ListMessagesAsync(cancellationToken: TestContext.Current.CancellationToken).ToListAsync(TestContext.Current.CancellationToken);
        return (conversation, Assert.Single(messages));
    }
}
