using System.Text.Json.Nodes;
using Xmtp.Client;
using Xmtp.Client.Conversations;
using Xmtp.ContentTypes;

namespace Xmtp.Cli.Tests.Commands;

/// <summary>Everything but plain texts: what is sent, and what is shown of it.</summary>
public class SendContentTests(Network network)
{
    [Fact]
    public async Task Send_EveryType_ReachesThePeerAndIsShown()
    {
        using var home = network.Home();
        using var wallet = home.AddWallet();
        await using var peer = await network.JoinAsync();
        var to = peer.Address.ToString();
        var first = (string)(await home.RunKeyedAsync("send", to, "first")).Exited(0).Result["id"]!;
        (await home.RunKeyedAsync("send", to, "--content-type", "markdown", "# title")).Exited(0);
        (await home.RunKeyedAsync("send", to, "--reply-to", first, "an answer")).Exited(0);
        (await home.RunKeyedAsync("send", to, "--react", "👍", "--to", first)).Exited(0);
        (await home.RunKeyedAsync("send", to, "--react", "👍", "--to", first, "--remove")).Exited(0);
        (await home.RunKeyedAsync("send", to, "--content-type", "read-receipt")).Exited(0);
        var file = Path.Combine(home.Path, "café.png");
        await File.WriteAllBytesAsync(file, [1, 2, 3], TestContext.Current.CancellationToken);
        (await home.RunKeyedAsync("send", to, "--attach", file, "--reply-to", first)).Exited(0);

        var received = (await ReceiveAsync(peer)).Select(static message => message.Content).ToList();
        Assert.Equal("first", received[0]);
        Assert.Equal(new Markdown("# title"), received[1]);
        Assert.Equal((first, "an answer"), (Assert.IsType<Reply>(received[2]).Reference, ((Reply)received[2]!).Content));
        Assert.Equal((first, "👍", ReactionAction.Added), (Assert.IsType<Reaction>(received[3]).Reference, ((Reaction)received[3]!).Content, ((Reaction)received[3]!).Action));
        Assert.Equal(ReactionAction.Removed, Assert.IsType<Reaction>(received[4]).Action);
        Assert.IsType<ReadReceipt>(received[5]);
        Assert.Equal(new Attachment("café.png", "image/png", new byte[] { 1, 2, 3 }), Assert.IsType<Reply>(received[6]).Content);

        var shown = (await home.RunKeyedAsync("read", to)).Exited(0).Results.Select(static message => message["content"]!.AsObject()).ToList();
        Assert.All(shown, static content => Assert.Single(content));
        Assert.Equal("first", (string?)shown[0]["text"]);
        Assert.Equal("# title", (string?)shown[1]["markdown"]);
        Assert.Equal((first, "an answer"), ((string?)shown[2]["reply"]!["to"], (string?)shown[2]["reply"]!["content"]!["text"]));
        Assert.Equal((first, "👍", "added", "unicode"), ReactionOf(shown[3]));
        Assert.Equal((first, "👍", "removed", "unicode"), ReactionOf(shown[4]));
        Assert.True((bool)shown[5]["readReceipt"]!);
        var attachment = shown[6]["reply"]!["content"]!["attachment"]!;
        Assert.Equal(("café.png", "image/png", 3), ((string?)attachment["fileName"], (string?)attachment["mimeType"], (int)attachment["length"]!));
        Assert.Null(attachment["data"]);

        var lines = (await home.RunAsync("--passphrase-file", home.PassphraseFile, "read", to)).Exited(0).Output;
        Assert.Contains($"[reply to {first[..8]}…] an answer", lines, StringComparison.Ordinal);
        Assert.Contains($"[reacted 👍 to {first[..8]}…]", lines, StringComparison.Ordinal);
        Assert.Contains("[file café.png, image/png, 3 bytes]", lines, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Read_SaveAttachments_KeepsHostileNamesInTheFolder()
    {
        using var home = network.Home();
        using var wallet = home.AddWallet();
        await using var peer = await network.JoinAsync();
        await (await network.JoinAsync(wallet)).DisposeAsync();
        var conversation = await peer.Conversations.NewConversationAsync(wallet.Address, cancellationToken: TestContext.Current.CancellationToken);
        var evil = await conversation.SendAsync(new Attachment("../../.bashrc", "text/plain", "evil"u8.ToArray()), TestContext.Current.CancellationToken);
        var twin = await conversation.SendAsync(new Attachment("/etc/.bashrc", "text/plain", "twin"u8.ToArray()), TestContext.Current.CancellationToken);
        await conversation.SendAsync("no file", TestContext.Current.CancellationToken);
        var folder = Path.Combine(home.Path, "files", "of", "peer");

        // Twice: what is saved already is not saved again, nor replaced.
        for (var i = 0; i < 2; i++)
        {
            var saved = (await home.RunKeyedAsync("read", peer.Address.ToString(), "--save-attachments", folder)).Exited(0).Results.Select(static message => (string?)message["savedAs"]);
            Assert.Equal([Path.Combine(folder, $"{evil.Id.ToString()[..16]}-bashrc"), Path.Combine(folder, $"{twin.Id.ToString()[..16]}-bashrc"), null], saved);
        }

        Assert.Equal(["evil", "twin"], Directory.GetFiles(folder).Select(File.ReadAllText).Order(StringComparer.Ordinal));
        (await home.RunKeyedAsync("read", peer.Address.ToString(), "--save-attachments", Path.Combine(home.PassphraseFile, "sub"))).Exited(5);
    }

    [Fact]
    public async Task Send_UploadTo_SendsWhereItLiesAndKeepsItsKeyFromTheServer()
    {
        await using var server = await UploadServer.StartAsync();
        using var home = network.Home();
        using var wallet = home.AddWallet();
        home.Variables["SSL_CERT_FILE"] = await server.WriteCertificateAsync(home.Path);
        await using var peer = await network.JoinAsync();
        var file = Path.Combine(home.Path, "big.bin");
        var data = new byte[2 << 20];
        new Random(7).NextBytes(data);
        await File.WriteAllBytesAsync(file, data, TestContext.Current.CancellationToken);

        (await home.RunKeyedAsync("send", peer.Address.ToString(), "--attach", file)).Failed(4, "XMTP1002");
        var sent = (await home.RunKeyedAsync("send", peer.Address.ToString(), "--attach", file, "--upload-to", $"{server.Address}in/")).Exited(0).Result["content"]!["remoteAttachment"]!;
        var (path, payload) = Assert.Single(server.Uploads);
        Assert.Equal($"{server.Address}{path[1..]}", (string?)sent["url"]);
        Assert.Null(sent["secret"]);
        var remote = Assert.IsType<RemoteAttachment>(Assert.Single(await ReceiveAsync(peer)).Content);
        var opened = AttachmentCipher.Decrypt(remote, payload);
        Assert.Equal(data, Assert.IsType<Attachment>(opened.Content).Data);

        // The peer's words lead nowhere inside: a server on this machine is not asked.
        var shown = (await home.RunKeyedAsync("read", peer.Address.ToString(), "--save-attachments", home.Path, "--download")).Exited(0);
        Assert.Null(shown.Result["savedAs"]);
        Assert.Contains("XMTP4016", shown.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Send_JsonIn_SendsEachLineAndTellsInOrder()
    {
        using var home = network.Home();
        using var wallet = home.AddWallet();
        await using var peer = await network.JoinAsync();
        var id = new string('a', 64);
        string[] lines =
        [
            """{"content":{"text":"one"}}""",
            "not json",
            $$$"""{"to":"{{{peer.Address}}}","conversationId":"example.com/a","content":{"reply":{"to":"{{{id}}}","content":{"markdown":"*two*"}} } }""",
            """{"content":{"text":"x","markdown":"y"}}""",
            """{"content":{"txet":"x"}}""",
            "",
            """{"to":"0x0000000000000000000000000000000000000001","content":{"text":"nobody"}}""",
            $$$"""{"content":{"reaction":{"to":"{{{id}}}","reaction":":+1:","schema":"shortcode"} } }""",
            """{"content":{"attachment":{"fileName":"a.txt","mimeType":"text/plain","data":"aGk="}}}""",
            """{"content":{"transactionReference":{"networkId":"1","reference":"0xabc","namespace":"eip155"}}}""",
            """{"content":{"composite":[{"text":"a"},{"readReceipt":true}]}}""",
        ];
        var result = await home.RunWithInputAsync(string.Join('\n', lines), "--json", "--passphrase-file", home.PassphraseFile, "send", peer.Address.ToString(), "--json-in");
        result.Exited(4);
        Assert.Equal([1, 2, 3, 4, 5, 7, 8, 9, 10, 11], result.Results.Select(static line => (int)line["line"]!));
        Assert.Equal(
            [null, "XMTP4006", null, "XMTP4006", "XMTP4006", "XMTP4001", null, null, null, null], result.Results.Select(static line => (string?)line["failure"]?["code"]));
        Assert.Equal("example.com/a", (string?)result.Results[2]["message"]!["conversationId"]);

        var received = (await ReceiveAsync(peer)).ToDictionary(static message => message.Id.ToString(), static message => message.Content);
        Assert.Equal(6, received.Count);
        Assert.All(result.Results.Where(static line => line["message"] is not null), line => Assert.Contains((string)line["message"]!["id"]!, received));
        Assert.Equal(new NetworkId(1), received.Values.OfType<TransactionReference>().Single().NetworkId);
        Assert.Equal(ReactionSchema.Shortcode, received.Values.OfType<Reaction>().Single().Schema);
        Assert.Equal(2, received.Values.OfType<Composite>().Single().Parts.Count);
    }

    [Theory]
    [InlineData("--react", "👍")]
    [InlineData("--to", "x")]
    [InlineData("--reply-to", "17", "text")]
    [InlineData("--upload-to", "https://x/", "text")]
    [InlineData("--attach", "f", "--upload-to", "http://x/")]
    [InlineData("--attach", "f", "text")]
    [InlineData("--content-type", "html", "text")]
    [InlineData("--json-in", "text")]
    public async Task Send_OptionsThatContradict_AreRefused(params string[] arguments)
    {
        using var home = network.Home();
        (await home.RunKeyedAsync(["send", "0x0000000000000000000000000000000000000001", .. arguments])).Failed(2, "XMTP3006");
    }

    [Fact]
    public async Task Read_UnknownType_GivesTheFallbackAndWhy()
    {
        using var home = network.Home();
        using var wallet = home.AddWallet();
        await using var peer = await network.JoinAsync();
        await (await network.JoinAsync(wallet)).DisposeAsync();
        var codecs = CodecRegistry.Default.With(new CustomCodec());
        using var peerWallet = Xmtp.Identity.PrivateKeyWallet.Generate();
        await using var custom = await XmtpClient.CreateAsync(peerWallet, new XmtpClientOptions { Nodes = [network.Node], Codecs = codecs }, TestContext.Current.CancellationToken);
        var conversation = await custom.Conversations.NewConversationAsync(wallet.Address, cancellationToken: TestContext.Current.CancellationToken);
        await conversation.SendAsync(new Version(1, 2), TestContext.Current.CancellationToken);
        var shown = (await home.RunKeyedAsync("read", custom.Address.ToString())).Exited(0).Result;
        Assert.Equal(("example.com/version:1.0", "a version", "a version"), ((string?)shown["contentType"], (string?)shown["text"], (string?)shown["fallback"]));
        Assert.Null(shown["content"]);
        Assert.NotNull((string?)shown["error"]);
    }

    private static (string?, string?, string?, string?) ReactionOf(JsonObject content) => content["reaction"] is { } reaction
        ? ((string?)reaction["to"], (string?)reaction["reaction"], (string?)reaction["action"], (string?)reaction["schema"])
        : default;

    private static async Task<IReadOnlyList<DecodedMessage>> ReceiveAsync(XmtpClient peer)
    {
        var messages = new List<DecodedMessage>();
        foreach (var conversation in await peer.Conversations.ListAsync(cancellationToken: TestContext.Current.CancellationToken))
            messages.AddRange(await conversation.ListMessagesAsync(cancellationToken: TestContext.Current.CancellationToken).ToListAsync(TestContext.Current.CancellationToken));
        return messages;
    }

    private sealed class CustomCodec : IContentCodec<Version>
    {
        public ContentTypeId ContentType => new("example.com", "version");

        public Xmtp.Protocol.MessageContents.EncodedContent Encode(Version content, CodecContext context) =>
            new() { Type = ContentType.ToProto(), Content = Google.Protobuf.ByteString.CopyFromUtf8(content.ToString()) };

        public Version Decode(Xmtp.Protocol.MessageContents.EncodedContent encoded, CodecContext context) => Version.Parse(encoded.Content.ToStringUtf8());

        public string? Fallback(Version content) => "a version";
    }
}
