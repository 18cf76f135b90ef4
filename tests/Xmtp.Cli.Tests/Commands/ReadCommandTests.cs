using System.Globalization;
using Xmtp.Client.Conversations;

namespace Xmtp.Cli.Tests.Commands;

public class ReadCommandTests(Network network)
{
    [Fact]
    public async Task Read_SeveralMessages_ComeInOrderAndAsAskedFor()
    {
        using var home = network.Home();
        using var wallet = home.AddWallet();
        await using var peer = await network.JoinAsync();
        await using (var self = await network.JoinAsync(wallet))
        {
            var mine = await self.Conversations.NewConversationAsync(peer.Address, cancellationToken: TestContext.Current.CancellationToken);
            await mine.SendAsync("one", TestContext.Current.CancellationToken);
        }

        var theirs = await peer.Conversations.NewConversationAsync(wallet.Address, cancellationToken: TestContext.Current.CancellationToken);
        var second = await theirs.SendAsync("two", TestContext.Current.CancellationToken);
        var orders = await peer.Conversations.NewConversationAsync(
            wallet.Address, new NewConversationOptions { ConversationId = "example.com/orders-17" }, TestContext.Current.CancellationToken);
        await orders.SendAsync("three", TestContext.Current.CancellationToken);
        await theirs.SendAsync("four", TestContext.Current.CancellationToken);

        Assert.Equal(["one", "two", "three", "four"], await ReadAsync());
        Assert.Equal(["four", "three", "two"], await ReadAsync("--newest-first", "--limit", "3"));
        Assert.Equal(["two", "three"], await ReadAsync("--limit", "2", "--since", second.Sent.ToString("O", CultureInfo.InvariantCulture)));
        Assert.Equal(["three"], await ReadAsync("--conversation-id", "example.com/orders-17"));
        (await home.RunKeyedAsync("read", peer.Address.ToString(), "--conversation-id", "example.com/orders-18")).Exited(3);

        async Task<IEnumerable<string?>> ReadAsync(params string[] options) =>
            (await home.RunKeyedAsync(["read", peer.Address.ToString(), .. options])).Exited(0).Results.Select(static message => (string?)message["text"]);
    }

    [Fact]
    public async Task Read_NoConversation_BeginsNone()
    {
        using var home = network.Home();
        using var wallet = home.AddWallet();
        await using var peer = await network.JoinAsync();
        var result = (await home.RunKeyedAsync("read", peer.Address.ToString())).Exited(3);
        Assert.Empty(result.Output);
        Assert.Contains(peer.Address.ToString(), result.Error, StringComparison.Ordinal);
        Assert.Empty(await peer.Conversations.ListAsync(cancellationToken: TestContext.Current.CancellationToken));
    }

    [Fact]
    public async Task Read_TextWithControlCharacters_DrivesNoTerminal()
    {
        using var home = network.Home();
        using var wallet = home.AddWallet();
        await using var peer = await network.JoinAsync();
        await (await network.JoinAsync(wallet)).DisposeAsync();
        var conversation = await peer.Conversations.NewConversationAsync(wallet.Address, cancellationToken: TestContext.Current.CancellationToken);
        const string Hostile = "a\u001b[2J\u009b1m\a\b\r\tb\n2020-01-01T00:00:00 0xsomebody: forged";
        var sent = await conversation.SendAsync(Hostile, TestContext.Current.CancellationToken);

        // A line break begins no line that could be taken for another message.
        var text = (await home.RunAsync("--passphrase-file", home.PassphraseFile, "read", peer.Address.ToString())).Exited(0).Output;
        Assert.Equal($"{sent.Sent.UtcDateTime:O} {peer.Address}: a\ufffd[2J\ufffd1m\ufffd\ufffd\ufffd\tb\n    2020-01-01T00:00:00 0xsomebody: forged\n", text);

        // Programs get what was sent, escaped as JSON is.
        Assert.Equal(Hostile, (string?)(await home.RunKeyedAsync("read", peer.Address.ToString())).Exited(0).Result["text"]);
    }
}
