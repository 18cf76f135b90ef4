using System.IO.Compression;
using System.Net;
using System.Text;
using System.Text.Json.Nodes;
using Grpc.Core;
using Xmtp.Node.Core.Log;
using Xmtp.Node.Options;
using Xmtp.Node.Tests.Admin;
using Xmtp.Node.Tests.Support;
using Xmtp.Node.Transfer;
using Xmtp.Protocol.Errors;
using Xmtp.Protocol.MessageApi.V1;

namespace Xmtp.Node.Tests.Transfer;

public sealed class TransferTests : IAsyncLifetime
{
    private readonly string _topic = NodeFixture.NewTopic();
    private AdminNode _node = null!;

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync() => _node = await AdminNode.StartAsync(static options => options with { Store = StoreKind.Memory });

    public ValueTask DisposeAsync() => _node.DisposeAsync();

    [Fact]
    public async Task Import_ExportOfAnotherNode_BringsEverythingOnce()
    {
        await PublishAsync(_node, 7);
        var export = await ExportAsync();
        await using var other = await AdminNode.StartAsync(static options => options with { Store = StoreKind.Memory });
        Assert.Equal((1, 7, 0), await ImportAsync(other, export));
        Assert.Equal((1, 7, 0), await ImportAsync(other, export));
        Assert.Equal(await QueryAsync(_node), await QueryAsync(other));
        Assert.Equal(7, (int)(await other.GetAsync("/v1/status"))["store"]!["entries"]!);
        Assert.True(_node.HasLogged(2285, "7 envelopes") && other.HasLogged(2285, "7 envelopes taken"));
    }

    [Fact]
    public async Task Export_OfManyEnvelopes_IsAChainThatCanBeGoneOnWith()
    {
        await PublishAsync(_node, 2 * TransferFormat.PartEnvelopes + 5);
        var export = await ExportAsync();
        var parts = await PartsAsync(export);
        Assert.Equal([1000, 1000, 5], parts.Select(static part => part.Part.Envelopes.Count));
        Assert.Equal([false, false, true], parts.Select(static part => part.Part.IsLast));
        for (var i = 0; i < parts.Count; i++) parts[i].Part.CheckFollows(i == 0 ? null : parts[i - 1].Part);

        var first = parts[0].Part;
        var rest = await ExportAsync($"?number=1&previous={first.Digest}&after={Uri.EscapeDataString(first.After)}");
        Assert.Equal(parts.Skip(1).SelectMany(static part => part.Packed), rest);

        // Any tool unpacks it.
        using var reader = new StreamReader(new GZipStream(new MemoryStream(export), CompressionMode.Decompress));
        var lines = (await reader.ReadToEndAsync(Token)).Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(static line => JsonNode.Parse(line)!).ToList();
        Assert.Equal(2005 + 1 + 3, lines.Count);
        Assert.Equal(("export", _node.Node.Host.NodeId.ToString()), ((string?)lines[0]["kind"], (string?)lines[0]["node"]));
    }

    [Fact]
    public async Task Export_ByPrefixAndTime_HoldsThoseOnly()
    {
        foreach (var (topic, time) in new[] { ("/a/1", 10UL), ("/a/2", 20UL), ("/b/1", 20UL), ("/a/3", 30UL) })
            await _node.Api.PublishAsync(new PublishRequest { Envelopes = { new Envelope { ContentTopic = topic, TimestampNs = time } } });
        Assert.Equal(["/a/1", "/a/2", "/a/3"], await TopicsAsync("?prefix=/a/"));
        Assert.Equal(["/a/2", "/b/1"], await TopicsAsync("?from=11&to=29"));
        Assert.Equal(["/a/2"], await TopicsAsync("?prefix=/a/&from=20&to=20"));
        Assert.Empty(await TopicsAsync("?prefix=/c"));
        foreach (var wrong in new[] { "?from=x", "?number=1", "?after=abc/1", $"?number=1&previous={new string('0', 63)}1&after=nonsense", $"?prefix={new string('p', 301)}" })
            Assert.Equal("XMTP1015", (string?)(await _node.SendAsync(HttpMethod.Get, $"/v1/export{wrong}", null, 400))["code"]);
    }

    [Fact]
    public async Task Import_TopicsOfWallets_NeedTheTokenTheyCameWith()
    {
        await using var guarded = await AdminNode.StartAsync(static options => options with { Store = StoreKind.Memory, Authentication = true });
        var (owner, other) = (await TestAccount.CreateAsync(), await TestAccount.CreateAsync());
        var contact = new Envelope { ContentTopic = $"/xmtp/0/contact-{owner.Address}/proto", TimestampNs = 5 };
        await guarded.Api.PublishAsync(new PublishRequest { Envelopes = { contact } }, new Metadata { { "authorization", owner.Token() } });
        var export = await ExportAsync(node: guarded);
        var part = (await PartsAsync(export))[0].Part;
        Assert.NotEmpty(part.Envelopes[0].Token);

        await using var target = await AdminNode.StartAsync(static options => options with { Store = StoreKind.Memory, Authentication = true });
        Assert.Equal((1, 1, 0), await ImportAsync(target, export));
        Assert.Single((await target.Api.QueryAsync(new QueryRequest { ContentTopics = { contact.ContentTopic } })).Envelopes);

        // Somebody else's token, none, and a good one that was not good then.
        var foreign = Convert.FromBase64String(other.Token().Split(' ')[1]);
        var now = part.Envelopes[0].StoredNs;
        var forged = Pack([(contact, foreign, now), (contact, [], now), (contact, part.Envelopes[0].Token, now + 7_200_000_000_000), (new Envelope { ContentTopic = "/xmtp/0/mE-typing/proto" }, [], now)]);
        await using var strict = await AdminNode.StartAsync(static options => options with { Store = StoreKind.Memory, Authentication = true });
        Assert.Equal((1, 0, 4), await ImportAsync(strict, forged));
        Assert.Empty((await strict.Api.QueryAsync(new QueryRequest { ContentTopics = { contact.ContentTopic } })).Envelopes);
    }

    [Fact]
    public async Task Import_CutShortOrChanged_IsRefused()
    {
        await PublishAsync(_node, 3);
        var export = await ExportAsync();
        await using var target = await AdminNode.StartAsync(static options => options with { Store = StoreKind.Memory });
        foreach (var length in new[] { 1, 10, 19, 30, export.Length / 2, export.Length - 1 }) await AssertRefusedAsync(target, export[..length]);
        for (var i = 0; i < export.Length; i += 7)
        {
            // The bytes that say when it was packed, how, and by what system mean nothing.
            if (i is >= 4 and < 10) continue;
            var changed = export.ToArray();
            changed[i] ^= 0x10;
            await AssertRefusedAsync(target, changed);
        }

        Assert.Equal(0, (int)(await target.GetAsync("/v1/status"))["store"]!["entries"]!);
    }

    [Fact]
    public async Task Import_OfHostileShape_IsBounded()
    {
        await using var target = await AdminNode.StartAsync(static options => options with { Store = StoreKind.Memory });
        // A bomb, a length beyond all bounds, lines without end, and parts that lie about themselves.
        await AssertRefusedAsync(target, TransferFormat.Pack(new byte[64 << 20]));
        var huge = TransferFormat.Pack("x\n"u8);
        huge[16..20].AsSpan().Fill(0xFF);
        new byte[] { 0xFF, 0xFF, 0xFF, 0x7F }.CopyTo(huge.AsSpan(16));
        await AssertRefusedAsync(target, huge);
        await AssertRefusedAsync(target, TransferFormat.Pack("no line"u8));
        await AssertRefusedAsync(target, TransferFormat.Pack("null\n"u8));
        await AssertRefusedAsync(target, TransferFormat.Pack(Encoding.UTF8.GetBytes(new string('[', 100_000) + "\n")));
        await AssertRefusedAsync(target, Pack([.. Enumerable.Repeat((new Envelope { ContentTopic = "a" }, Array.Empty<byte>(), 1L), TransferFormat.PartEnvelopes + 1)]));
        await AssertRefusedAsync(target, Encoding.ASCII.GetBytes(new string('x', 1000)));
        Assert.Equal("ready", (string?)(await target.GetAsync("/v1/status"))["state"]);
    }

    [Fact]
    public async Task Export_CopiesInSeveralLogs_ComeOnce()
    {
        await using var mesh = await Xmtp.TestNetwork.TestMesh.StartAsync(2, static options => options with { Store = StoreKind.Memory, Authentication = false, Admin = options.Admin with { Port = 0 } });
        await using var first = AdminNode.Of(mesh.Nodes[0]);
        await using var second = AdminNode.Of(mesh.Nodes[1]);
        var envelope = NodeFixture.NewEnvelope(_topic);
        await Task.WhenAll(new[] { first, second }.Select(node => node.Api.PublishAsync(new PublishRequest { Envelopes = { envelope } }).ResponseAsync));
        await PublishAsync(first, 2);
        await PublishAsync(second, 2);
        await mesh.SettledAsync();
        foreach (var node in new[] { first, second })
            Assert.Equal(5, (await PartsAsync(await ExportAsync(node: node))).Sum(static part => part.Part.Envelopes.Count));
    }

    private async Task PublishAsync(AdminNode node, int count)
    {
        var request = new PublishRequest();
        for (var i = 0; i < count; i++) request.Envelopes.Add(NodeFixture.NewEnvelope(_topic));
        await node.Api.PublishAsync(request);
    }

    private async Task<IReadOnlyList<Envelope>> QueryAsync(AdminNode node) => (await node.Api.QueryAsync(new QueryRequest { ContentTopics = { _topic } })).Envelopes;

    private async Task<byte[]> ExportAsync(string query = "", AdminNode? node = null)
    {
        using var response = await (node ?? _node).Http.GetAsync(new Uri($"/v1/export{query}", UriKind.Relative), Token);
        Assert.Equal(HttpStatusCode.OK, response.StatusCode);
        return await response.Content.ReadAsByteArrayAsync(Token);
    }

    private async Task<IEnumerable<string>> TopicsAsync(string query) =>
        (await PartsAsync(await ExportAsync(query))).SelectMany(static part => part.Part.Envelopes).Select(static envelope => envelope.Envelope.ContentTopic).Order(StringComparer.Ordinal);

    private static async Task<(int Parts, long Envelopes, long Refused)> ImportAsync(AdminNode node, byte[] export)
    {
        using var response = await node.Http.PostAsync(new Uri("/v1/import", UriKind.Relative), new ByteArrayContent(export), Token);
        var text = await response.Content.ReadAsStringAsync(Token);
        Assert.True(response.IsSuccessStatusCode, text);
        var answer = JsonNode.Parse(text)!;
        return ((int)answer["parts"]!, (long)answer["envelopes"]!, (long)answer["refused"]!);
    }

    private static async Task AssertRefusedAsync(AdminNode node, byte[] export)
    {
        using var response = await node.Http.PostAsync(new Uri("/v1/import", UriKind.Relative), new ByteArrayContent(export), Token);
        Assert.Equal(HttpStatusCode.BadRequest, response.StatusCode);
        Assert.Equal(ErrorCatalogue.ArchiveUnusable.Id, (string?)JsonNode.Parse(await response.Content.ReadAsStringAsync(Token))!["code"]);
    }

    private static async Task<IReadOnlyList<(byte[] Packed, TransferPart Part)>> PartsAsync(byte[] export)
    {
        var (stream, parts) = (new MemoryStream(export), new List<(byte[], TransferPart)>());
        while (await TransferFormat.ReadAsync(stream, Token) is { } packed) parts.Add((packed, TransferPart.Read(packed)));
        return parts;
    }

    /// <summary>A part that holds together, of envelopes that nobody exported.</summary>
    private static byte[] Pack((Envelope Envelope, byte[] Token, long StoredNs)[] envelopes)
    {
        var lines = new StringBuilder("{\"kind\":\"export\",\"format\":1}\n");
        foreach (var (envelope, token, storedNs) in envelopes)
            lines.Append($"{{\"topic\":\"{envelope.ContentTopic}\",\"timeNs\":\"{envelope.TimestampNs}\",\"message\":\"\",\"storedNs\":\"{storedNs}\",\"token\":\"{Convert.ToBase64String(token)}\"}}\n");
        var digest = TransferPart.DigestOf(default, Encoding.UTF8.GetBytes(lines.ToString()));
        lines.Append($"{{\"kind\":\"part\",\"number\":0,\"envelopes\":{envelopes.Length},\"previous\":\"{default(Hash256)}\",\"sha256\":\"{digest}\",\"after\":\"\",\"last\":true}}\n");
        return TransferFormat.Pack(Encoding.UTF8.GetBytes(lines.ToString()));
    }
}
