using System.Globalization;
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
    public async Task UnknownContentType_SentHere_ShowsItsFallbackThere()
    {
        await using var pair = await PairAsync();

        var there = await pair.SendHereAsync(
            new TransactionReference { NetworkId = "1", Reference = "0xabc" }, error: "unknown content type xmtp.org/transactionReference:1.0");

        Assert.Equal("xmtp.org/transactionReference:1.0", there.ContentType);
        Assert.Equal(JsonValueKind.Undefined, there.Content.ValueKind);
        Assert.False(string.IsNullOrEmpty(there.Fallback));
    }

    [Fact]
    public async Task HmacKeys_ForPush_AreTheSame()
    {
        await using var pair = await PairAsync();

        // The account of the other side, opened here too: its keys, not the peer's.
        await using var sameAccount = await DotNetAccount.CreateAsync(node.Endpoint, pair.There.PrivateKey);
        var ours = (await sameAccount.ConversationWithAsync(pair.Here.Address)).PushKeys()
            .ToDictionary(key => key.Period.ToString(CultureInfo.InvariantCulture), key => Convert.ToBase64String(key.Key.Span));
        var theirs = (await pair.There.HmacKeysAsync()).GetProperty("hmacKeys").GetProperty(pair.Conversation.Topic.Value).GetProperty("values").EnumerateArray()
            .ToDictionary(key => key.GetProperty("thirtyDayPeriodsSinceEpoch").GetRawText(), key => key.GetProperty("hmacKey").GetProperty("base64").GetString()!);

        Assert.Equal(theirs, ours);
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
