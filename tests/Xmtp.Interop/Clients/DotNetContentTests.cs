using System.Text.Json;
using Xmtp.Client.Conversations;
using Xmtp.ContentTypes;
using Xmtp.Interop.JavaScript;
using Proto = Xmtp.Protocol.MessageContents;

namespace Xmtp.Interop.Clients;

/// <summary>What stands in messages: each published codec reads what ours writes and the reverse.</summary>
public sealed class DotNetContentTests(InteropNode node)
{
    private const string Reference = "5e6a8bf9e4a2a1d0b0b9a7c6f5e4d3c2b1a0f9e8d7c6b5a4938271605f4e3d2c";

    [Fact]
    public async Task Reaction_EachWay_IsTheSame()
    {
        await using var pair = await PairAsync();

        var there = await pair.SendHereAsync(new Reaction { Reference = Reference, Content = "👍", Schema = ReactionSchema.Unicode });
        Assert.Equal(
            ("xmtp.org/reaction:1.0", Reference, "added", "👍", "unicode"),
            (there.ContentType, there.Content.GetProperty("reference").GetString(), there.Content.GetProperty("action").GetString(),
                there.Content.GetProperty("content").GetString(), there.Content.GetProperty("schema").GetString()));

        var here = await pair.SendThereAsync(new { reference = Reference, action = "removed", content = ":+1:", schema = "shortcode" }, "xmtp.org/reaction:1.0");
        Assert.Equal(
            new Reaction { Reference = Reference, Content = ":+1:", Action = ReactionAction.Removed, Schema = ReactionSchema.Shortcode },
            Assert.IsType<Reaction>(here.Content));
    }

    [Fact]
    public async Task Reply_EachWay_IsTheSame()
    {
        await using var pair = await PairAsync();

        var there = await pair.SendHereAsync(new Reply(Reference, "in reply"));
        Assert.Equal(
            ("xmtp.org/reply:1.0", Reference, "in reply"),
            (there.ContentType, there.Content.GetProperty("reference").GetString(), there.Content.GetProperty("content").GetString()));

        var here = await pair.SendThereAsync(new { reference = Reference, content = "and back", contentType = "xmtp.org/text:1.0" }, "xmtp.org/reply:1.0");
        var reply = Assert.IsType<Reply>(here.Content);
        Assert.Equal((Reference, "and back"), (reply.Reference, reply.Content));
    }

    [Fact]
    public async Task Reply_ThatHoldsAnotherType_IsTheSameEachWay()
    {
        byte[] data = [1, 2, 3, 255];
        await using var pair = await PairAsync();

        var there = (await pair.SendHereAsync(new Reply(Reference, new Attachment("a.bin", "application/octet-stream", data)))).Content;
        Assert.Equal("a.bin", there.GetProperty("content").GetProperty("filename").GetString());
        Assert.Equal(data, JsClient.Bytes(there.GetProperty("content").GetProperty("data")));

        var here = await pair.SendThereAsync(
            new { reference = Reference, contentType = "xmtp.org/reaction:1.0", content = new { reference = Reference, action = "added", content = "🎉", schema = "unicode" } },
            "xmtp.org/reply:1.0");
        Assert.Equal(
            new Reaction { Reference = Reference, Content = "🎉", Schema = ReactionSchema.Unicode },
            Assert.IsType<Reaction>(Assert.IsType<Reply>(here.Content).Content));
    }

    [Fact]
    public async Task ReadReceipt_EachWay_IsTheSame()
    {
        await using var pair = await PairAsync();

        Assert.Equal("xmtp.org/readReceipt:1.0", (await pair.SendHereAsync(new ReadReceipt())).ContentType);
        Assert.IsType<ReadReceipt>((await pair.SendThereAsync(new { }, "xmtp.org/readReceipt:1.0")).Content);
    }

    [Fact]
    public async Task Attachment_EachWay_IsTheSame()
    {
        var data = Enumerable.Range(0, 5000).Select(number => (byte)number).ToArray();
        await using var pair = await PairAsync();

        var there = await pair.SendHereAsync(new Attachment("Bild 1.png", "image/png", data));
        Assert.Equal(("Bild 1.png", "image/png"), (there.Content.GetProperty("filename").GetString(), there.Content.GetProperty("mimeType").GetString()));
        Assert.Equal(data, JsClient.Bytes(there.Content.GetProperty("data")));

        var here = await pair.SendThereAsync(
            new { filename = "b.bin", mimeType = "application/octet-stream", data = new { base64 = Convert.ToBase64String(data) } }, "xmtp.org/attachment:1.0");
        Assert.Equal(new Attachment("b.bin", "application/octet-stream", data), Assert.IsType<Attachment>(here.Content));
    }

    [Fact]
    public async Task RemoteAttachment_EachWay_IsTheSame()
    {
        var (salt, nonce, secret, digest) = (Bytes(32, 1), Bytes(12, 2), Bytes(32, 3), Bytes(32, 4));
        await using var pair = await PairAsync();

        var there = await pair.SendHereAsync(new RemoteAttachment
        {
            Url = new Uri("https://example.org/file"),
            ContentDigest = digest,
            Salt = salt,
            Nonce = nonce,
            Secret = secret,
            ContentLength = 1234,
            FileName = "file.bin",
        });
        Assert.Equal("https://example.org/file", there.Content.GetProperty("url").GetString());
        Assert.Equal(Convert.ToHexStringLower(digest), there.Content.GetProperty("contentDigest").GetString());
        Assert.Equal(salt, JsClient.Bytes(there.Content.GetProperty("salt")));
        Assert.Equal(nonce, JsClient.Bytes(there.Content.GetProperty("nonce")));
        Assert.Equal(secret, JsClient.Bytes(there.Content.GetProperty("secret")));
        Assert.Equal(1234, there.Content.GetProperty("contentLength").GetInt32());
        Assert.Equal("file.bin", there.Content.GetProperty("filename").GetString());

        var here = await pair.SendThereAsync(
            new
            {
                url = "https://example.org/other",
                contentDigest = Convert.ToHexStringLower(digest),
                salt = new { base64 = Convert.ToBase64String(salt) },
                nonce = new { base64 = Convert.ToBase64String(nonce) },
                secret = new { base64 = Convert.ToBase64String(secret) },
                scheme = "https://",
                contentLength = 99,
                filename = "other.bin",
            },
            "xmtp.org/remoteStaticAttachment:1.0");
        var remote = Assert.IsType<RemoteAttachment>(here.Content);
        Assert.Equal(("https://example.org/other", 99L, "other.bin"), (remote.Url.OriginalString, remote.ContentLength, remote.FileName));
        Assert.Equal((digest, salt, nonce, secret), (remote.ContentDigest.ToArray(), remote.Salt.ToArray(), remote.Nonce.ToArray(), remote.Secret.ToArray()), BytesEqual);
    }

    [Theory]
    [InlineData(JsRelease.V13, 0)]
    [InlineData(JsRelease.V13, 1)]
    [InlineData(JsRelease.V6, 0)]
    [InlineData(JsRelease.V6, 1)]
    public async Task Text_Compressed_IsReadOnTheOtherSide(JsRelease release, int compression)
    {
        // Below the thousand bytes to which some releases cut what they inflate.
        var text = string.Concat(Enumerable.Repeat("compress me ", 40));
        await using var pair = await PairAsync(release);

        var there = await pair.SendHereAsync(text, new SendOptions { Compression = (Proto.Compression)compression });
        var here = await pair.SendThereAsync(text, options: new JsSendOptions(Compression: compression));

        Assert.Equal(text, there.Text);
        Assert.Equal(text, here.Content);
    }

    [Theory]
    [InlineData(JsRelease.V13)]
    [InlineData(JsRelease.V6)]
    public async Task Text_OfAnyCharacters_IsTheSame(JsRelease release)
    {
        await using var pair = await PairAsync(release);
        foreach (var text in new[] { "", "ünïcödé 漢字 🤝🏽", "line\r\nline\0tab\t", new string('x', 100_000) })
        {
            Assert.Equal(text, (await pair.SendHereAsync(text)).Text);
            Assert.Equal(text, (await pair.SendThereAsync(text)).Content);
        }
    }

    [Fact]
    public async Task TransactionReference_EachWay_IsTheSame()
    {
        var metadata = new TransactionMetadata
        {
            TransactionType = "transfer",
            Currency = "USDC",
            Amount = 100_000.5,
            Decimals = 6,
            FromAddress = "0x71C7656EC7ab88b098defB751B7401B5f6d8976F",
            ToAddress = "0xd8dA6BF26964aF9D7eEd9e03E53415D37aA96045",
        };
        await using var pair = await PairAsync();

        var there = await pair.SendHereAsync(new TransactionReference { Namespace = "eip155", NetworkId = 8453, Reference = "0xabc", Metadata = metadata });
        Assert.Equal(
            ("xmtp.org/transactionReference:1.0", "eip155", 8453, "0xabc", "USDC", 100_000.5),
            (there.ContentType, there.Content.GetProperty("namespace").GetString(), there.Content.GetProperty("networkId").GetInt32(),
                there.Content.GetProperty("reference").GetString(), there.Content.GetProperty("metadata").GetProperty("currency").GetString(),
                there.Content.GetProperty("metadata").GetProperty("amount").GetDouble()));
        Assert.Equal("[Crypto transaction] Use a blockchain explorer to learn more using the transaction hash: 0xabc", there.Fallback);

        var here = await pair.SendThereAsync(
            new
            {
                networkId = "0x14a34",
                reference = "0xdef",
                metadata = new { transactionType = "transfer", currency = "USDC", amount = 100_000.5, decimals = 6, fromAddress = metadata.FromAddress, toAddress = metadata.ToAddress },
            },
            "xmtp.org/transactionReference:1.0");
        Assert.Equal(new TransactionReference { NetworkId = "0x14a34", Reference = "0xdef", Metadata = metadata }, Assert.IsType<TransactionReference>(here.Content));
        Assert.Equal("[Crypto transaction] Use a blockchain explorer to learn more using the transaction hash: 0xdef", here.Fallback);
    }

    [Fact]
    public async Task Markdown_EachWay_IsTheSame()
    {
        const string Text = "# Grüße\n\n- *one*\n- **two** 🤝";
        await using var pair = await PairAsync();

        var there = await pair.SendHereAsync(new Markdown(Text));
        Assert.Equal(("xmtp.org/markdown:1.0", Text), (there.ContentType, there.Text));

        Assert.Equal(new Markdown(Text), Assert.IsType<Markdown>((await pair.SendThereAsync(Text, "xmtp.org/markdown:1.0")).Content));
    }

    [Fact]
    public async Task UnknownContentType_SentHere_ShowsItsFallbackThere()
    {
        await using var pair = await PairAsync();

        // Later JavaScript clients dropped composites, and have no text in their place.
        var composite = await pair.SendHereAsync(Composite.Of("one", "two"), error: "unknown content type xmtp.org/composite:1.0");
        Assert.Equal(("xmtp.org/composite:1.0", JsonValueKind.Undefined), (composite.ContentType, composite.Content.ValueKind));

        var note = await pair.SendHereAsync(new Note("for us alone"), error: "unknown content type interop.example/note:1.0");
        Assert.Equal((JsonValueKind.Undefined, "A note."), (note.Content.ValueKind, note.Fallback));
    }

    [Theory]
    [InlineData(JsRelease.V13)]
    [InlineData(JsRelease.V6)]
    public async Task Paging_OverWhatTheOtherSideWrote_BringsEachMessageOnce(JsRelease release)
    {
        const int Count = 23;
        var start = DateTimeOffset.FromUnixTimeSeconds(1_700_000_000);
        await using var pair = await PairAsync(release);
        for (var number = 0; number < Count; number++)
        {
            // Pairs share a time, so that the digest decides their order.
            var time = start.AddMilliseconds(number / 2);
            if (number % 2 == 0)
                await pair.Conversation.SendAsync($"message {number}", new SendOptions { Timestamp = time }, TestContext.Current.CancellationToken);
            else
                await pair.There.SendAsync(pair.SeenThere, $"message {number}", new JsSendOptions(Timestamp: time.ToUnixTimeMilliseconds()));
        }

        var end = start.AddSeconds(1);
        var oldestFirst = await DotNetAccount.MessagesAsync(pair.Conversation, new ListMessagesOptions { PageSize = 5, End = end });
        var newestFirst = await DotNetAccount.MessagesAsync(pair.Conversation, new ListMessagesOptions { PageSize = 5, End = end, NewestFirst = true });
        var there = (await pair.There.PagesAsync(pair.SeenThere, 5, "ascending")).SelectMany(page => page).Where(message => message.Sent < end.ToUnixTimeMilliseconds()).ToArray();

        Assert.Equal(Count, oldestFirst.Select(message => message.Content).Distinct().Count());
        Assert.Equal(oldestFirst.Select(message => message.Id), Enumerable.Reverse(newestFirst).Select(message => message.Id));
        Assert.Equal(oldestFirst.Select(message => message.Id.ToString()), there.Select(message => message.Id));
    }

    private static byte[] Bytes(int length, byte value) => [.. Enumerable.Repeat(value, length)];

    private static bool BytesEqual((byte[] A, byte[] B, byte[] C, byte[] D) x, (byte[] A, byte[] B, byte[] C, byte[] D) y) =>
        x.A.SequenceEqual(y.A) && x.B.SequenceEqual(y.B) && x.C.SequenceEqual(y.C) && x.D.SequenceEqual(y.D);

    private async Task<ConversationPair> PairAsync(JsRelease release = JsRelease.V13) => await ConversationPair.CreateAsync(release, node.Endpoint);
}
