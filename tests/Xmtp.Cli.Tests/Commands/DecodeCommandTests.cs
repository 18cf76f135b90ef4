using Google.Protobuf;
using Xmtp.Identity;
using Xmtp.Protocol.MessageApi.V1;

namespace Xmtp.Cli.Tests.Commands;

public class DecodeCommandTests(Network network)
{
    [Fact]
    public async Task Decode_PrivateKeys_AreNamedAndNeverShown()
    {
        using var home = new CliHome();
        using var wallet = PrivateKeyWallet.Generate();
        using var keys = await PrivateKeyBundle.CreateAsync(wallet, TimeProvider.System, Xmtp.Cryptography.CryptoProvider.Default, cancellationToken: TestContext.Current.CancellationToken);
        home.AddSecret(Convert.ToHexStringLower(keys.IdentityKey.Export()));
        home.AddSecret(Convert.ToHexStringLower(keys.CurrentPreKey.Export()));
        var exported = keys.Export();
        home.AddSecret(Convert.ToHexStringLower(exported));
        home.AddSecret(Convert.ToBase64String(exported));
        var file = Path.Combine(home.Path, "keys.bin");
        await File.WriteAllBytesAsync(file, exported, TestContext.Current.CancellationToken);
        var shown = (await home.RunAsync("--json", "decode", "--file", file)).Exited(0).Result;
        Assert.Equal(("private-key-bundle", wallet.Address.ToString()), ((string?)shown["kind"], (string?)shown["fields"]!["wallet"]));
        Assert.Contains("private-key-bundle", (await home.RunWithInputAsync(Convert.ToBase64String(exported), "decode")).Exited(0).Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Decode_Open_ReadsWhatTheAccountMayRead()
    {
        using var home = network.Home();
        using var wallet = home.AddWallet();
        await using var peer = await network.JoinAsync();
        await (await network.JoinAsync(wallet)).DisposeAsync();
        var conversation = await peer.Conversations.NewConversationAsync(wallet.Address, cancellationToken: TestContext.Current.CancellationToken);
        var prepared = await conversation.PrepareAsync("for your eyes", cancellationToken: TestContext.Current.CancellationToken);
        await prepared.SendAsync(TestContext.Current.CancellationToken);
        var envelope = prepared.Envelopes[^1];

        // Without keys the header alone.
        var shown = (await home.RunAsync("--json", "decode", envelope.ToByteString().ToBase64())).Exited(0).Result;
        Assert.Equal(("envelope", "message-v2"), ((string?)shown["kind"], (string?)shown["inner"]!["kind"]));
        Assert.Equal(prepared.Id.ToString(), (string?)shown["inner"]!["fields"]!["id"]);
        Assert.Null(shown["inner"]!["content"]);

        shown = (await home.RunKeyedAsync("decode", "--open", envelope.ToByteString().ToBase64())).Exited(0).Result["inner"]!.AsObject();
        Assert.Equal("for your eyes", (string?)shown["content"]!["text"]);
        Assert.Equal("encoded-content", (string?)shown["inner"]!["kind"]);

        // Somebody else's keys open nothing, and say so.
        using var other = network.Home();
        using var stranger = other.AddWallet();
        Assert.Contains("no conversation of this account", (await other.RunKeyedAsync("decode", "--open", envelope.ToByteString().ToBase64())).Exited(4).Output, StringComparison.Ordinal);

        await using var self = await network.JoinAsync(wallet);
        await self.Consent.DenyAsync(peer.Address, TestContext.Current.CancellationToken);
        var invitation = await FetchAsync($"/xmtp/0/invite-{wallet.Address}/proto");
        shown = (await home.RunKeyedAsync("decode", "--open", invitation.ToByteString().ToBase64())).Exited(0).Result["inner"]!.AsObject();
        Assert.Equal(("sealed-invitation", peer.Address.ToString(), conversation.Topic.Value), ((string?)shown["kind"], (string?)shown["inner"]!["fields"]!["peer"], (string?)shown["inner"]!["fields"]!["topic"]));
    }

    [Theory]
    [InlineData("nothing at all")]
    [InlineData("")]
    [InlineData("{}")]
    [InlineData("00")]
    [InlineData("deadbeefdeadbeefdeadbeefdeadbeefdeadbeefdeadbeefdeadbeefdeadbeef")]
    public async Task Decode_Nonsense_IsToldApart(string input)
    {
        using var home = new CliHome();
        (await home.RunWithInputAsync(input, "--json", "decode", "-")).Failed(4, "XMTP4006");
    }

    [Fact]
    public async Task Decode_TooMuchOrWronglyNamed_IsRefused()
    {
        using var home = new CliHome();
        (await home.RunWithInputAsync(new string('a', (4 << 20) + 1), "--json", "decode")).Exited(1);
        (await home.RunAsync("--json", "decode", "--file", Path.Combine(home.Path, "none"))).Failed(4, "XMTP4006");
        (await home.RunAsync("--json", "decode", "00", "--as", "letter")).Failed(2, "XMTP3006");
        Assert.Contains("consent", (await home.RunAsync("--json", "decode", "/xmtp/0/contact-0x1/proto", "--as", "consent")).Failed(4, "XMTP4006"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Decode_WrongSignature_EndsWithRefused()
    {
        using var home = new CliHome();
        using var wallet = PrivateKeyWallet.Generate();
        using var keys = await PrivateKeyBundle.CreateAsync(wallet, TimeProvider.System, Xmtp.Cryptography.CryptoProvider.Default, cancellationToken: TestContext.Current.CancellationToken);
        using var others = await PrivateKeyBundle.CreateAsync(wallet, TimeProvider.System, Xmtp.Cryptography.CryptoProvider.Default, cancellationToken: TestContext.Current.CancellationToken);
        var mixed = keys.PublicBundle.ToProto();
        mixed.PreKey = others.PublicBundle.ToProto().PreKey;
        var shown = (await home.RunAsync("--json", "decode", mixed.ToByteString().ToBase64())).Exited(4).Result;
        Assert.False((bool)shown["verdicts"]!.AsArray().Single(static verdict => (string?)verdict!["name"] == "pre-key signature")!["holds"]!);
        Assert.Contains("does not hold", (await home.RunAsync("decode", mixed.ToByteString().ToBase64())).Exited(4).Output, StringComparison.Ordinal);
    }

    private async Task<Envelope> FetchAsync(string topic)
    {
        await using var transport = new Xmtp.Client.Transport.GrpcTransport(network.Node);
        return Assert.Single((await transport.QueryAsync(new QueryRequest { ContentTopics = { topic } }, TestContext.Current.CancellationToken)).Envelopes);
    }
}
