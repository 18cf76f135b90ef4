using System.Runtime.InteropServices;

namespace Xmtp.Cli.Tests.Commands;

public class StreamCommandTests(Network network)
{
    [Fact]
    public async Task Stream_Count_EndsAfterMessagesOfAnotherProcess()
    {
        using var home = network.Home();
        using var wallet = home.AddWallet();
        await using var stream = await home.StartAsync("--json", "--passphrase-file", home.PassphraseFile, "stream", "--count", "2");
        await stream.Error.LineAsync("Listening");

        using var sender = network.Home();
        using var senderWallet = sender.AddWallet();
        (await sender.RunKeyedAsync("send", wallet.Address.ToString(), "first")).Exited(0);
        Assert.Contains("\"text\":\"first\"", await stream.Output.LineAsync(), StringComparison.Ordinal);
        (await sender.RunKeyedAsync("send", wallet.Address.ToString(), "second")).Exited(0);

        var results = (await stream.ExitAsync()).Exited(0).Results;
        Assert.Equal(["first", "second"], results.Select(static message => (string?)message["text"]));
        Assert.All(results, message => Assert.Equal(senderWallet.Address.ToString(), (string?)message["sender"]));
    }

    [Fact]
    public async Task Stream_Address_LeavesOutOthers()
    {
        using var home = network.Home();
        using var wallet = home.AddWallet();
        await using var wanted = await network.JoinAsync();
        await using var other = await network.JoinAsync();
        await using var stream = await home.StartAsync("--json", "--passphrase-file", home.PassphraseFile, "stream", wanted.Address.ToString(), "--count", "1");
        await stream.Error.LineAsync("Listening");
        foreach (var peer in new[] { other, wanted })
        {
            var conversation = await peer.Conversations.NewConversationAsync(wallet.Address, cancellationToken: TestContext.Current.CancellationToken);
            await conversation.SendAsync($"from {peer.Address}", TestContext.Current.CancellationToken);
        }

        Assert.Equal($"from {wanted.Address}", (string?)(await stream.ExitAsync()).Exited(0).Result["text"]);
    }

    [Theory]
    [InlineData(PosixSignal.SIGINT)]
    [InlineData(PosixSignal.SIGTERM)]
    public async Task Stream_Signal_EndsInOrder(PosixSignal signal)
    {
        using var home = network.Home();
        using var wallet = home.AddWallet();
        await using var stream = await home.StartAsync("--passphrase-file", home.PassphraseFile, "stream");
        Assert.Contains(wallet.Address.ToString(), await stream.Error.LineAsync("Listening"), StringComparison.Ordinal);
        stream.Signal(signal);
        var result = (await stream.ExitAsync()).Exited(130);
        Assert.Empty(result.Output);
        Assert.Single(result.Error.Split('\n', StringSplitOptions.RemoveEmptyEntries));
    }
}
