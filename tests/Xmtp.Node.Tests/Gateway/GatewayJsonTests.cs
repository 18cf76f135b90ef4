using System.Text.Json;
using Google.Protobuf;
using Xmtp.Node.Tests.Support;
using Xmtp.Protocol.MessageApi.V1;

namespace Xmtp.Node.Tests.Gateway;

/// <summary>What JSON clients write and read, over the wire.</summary>
public sealed class GatewayJsonTests(NodeFixture node) : IClassFixture<NodeFixture>
{
    private const string EmptyPage = """{"envelopes":[],"pagingInfo":{"limit":0,"cursor":null,"direction":"SORT_DIRECTION_DESCENDING"}}""";

    [Theory]
    [InlineData("text/plain;charset=UTF-8")]
    [InlineData("application/json")]
    [InlineData("application/json; charset=utf-8")]
    [InlineData("application/octet-stream")]
    [InlineData("application/x-www-form-urlencoded")]
    [InlineData("not a media type at all")]
    [InlineData(null)]
    public async Task Query_WithAnyContentType_IsReadAsJson(string? contentType)
    {
        using var response = await node.PostAsync("/message/v1/query", """{"contentTopics":["x"]}""", contentType);
        Assert.Equal(200, (int)response.StatusCode);
        Assert.Equal("application/json", response.Content.Headers.ContentType?.ToString());
        Assert.Equal(EmptyPage, await response.Content.ReadAsStringAsync(TestContext.Current.CancellationToken));
    }

    [Fact]
    public async Task Publish_OfNothing_AnswersEmptyObject()
    {
        Assert.Equal("{}", await node.PostTextAsync("/message/v1/publish", "{}", "text/plain", ("Authorization", node.Token)));
        Assert.Equal("{}", await node.PostTextAsync("/message/v1/publish", "", "text/plain", ("Authorization", node.Token)));
        Assert.Equal("{}", await node.PostTextAsync("/message/v1/publish", """{"envelopes":null}""", "text/plain", ("Authorization", node.Token)));
    }

    [Fact]
    public async Task Query_OfOneEnvelope_WritesEveryFieldAsClientsParseIt()
    {
        var topic = NodeFixture.NewTopic() + "\"<&+é";
        await node.PublishAsync(new Envelope { ContentTopic = topic, TimestampNs = 1672358410123000001, Message = ByteString.CopyFrom(0xfb, 0xff, 0xfe, 1) });
        var text = await node.PostTextAsync("/message/v1/query", JsonSerializer.Serialize(new { contentTopics = new[] { topic }, pagingInfo = new { limit = 1, direction = 1 } }));
        var escaped = topic.Replace("\"", "\\\"", StringComparison.Ordinal);
        Assert.StartsWith($$$"""{"envelopes":[{"contentTopic":"{{{escaped}}}","timestampNs":"1672358410123000001","message":"+//+AQ=="}],"pagingInfo":{"limit":1,"cursor":{"index":{"digest":""", text);
        Assert.EndsWith(""","senderTimeNs":"1672358410123000001"}},"direction":"SORT_DIRECTION_ASCENDING"}}""", text);
    }

    [Fact]
    public async Task Query_CursorSentBackUnchanged_GoesOn()
    {
        var topic = NodeFixture.NewTopic();
        var envelopes = Enumerable.Range(0, 5).Select(_ => NodeFixture.NewEnvelope(topic)).ToArray();
        await node.PublishAsync(envelopes);
        var seen = new List<ulong>();
        var paging = """{"limit":2,"direction":"SORT_DIRECTION_ASCENDING"}""";
        for (var page = 0; page < 3; page++)
        {
            using var answer = JsonDocument.Parse(await node.PostTextAsync("/message/v1/query", $$"""{"contentTopics":["{{topic}}"],"pagingInfo":{{paging}}}"""));
            seen.AddRange(answer.RootElement.GetProperty("envelopes").EnumerateArray().Select(static e => ulong.Parse(e.GetProperty("timestampNs").GetString()!)));
            paging = answer.RootElement.GetProperty("pagingInfo").GetRawText();
        }

        Assert.Equal(envelopes.Select(static envelope => envelope.TimestampNs), seen);
    }

    [Theory]
    [InlineData("""{"content_topics":["T"],"start_time_ns":"5","end_time_ns":7,"paging_info":{"limit":"1","direction":"SORT_DIRECTION_ASCENDING"}}""")]
    [InlineData("""{"contentTopics":["T"],"startTimeNs":5,"endTimeNs":"7","pagingInfo":{"limit":1,"direction":1,"cursor":null}}""")]
    [InlineData("""{"contentTopics":["T"],"startTimeNs":5e0,"endTimeNs":"7.0","pagingInfo":{"limit":1.0,"direction":1},"unknown":{"a":[1,{"b":null}]}}""")]
    [InlineData(""" { "contentTopics" : [ "T" ] , "startTimeNs" : "5" , "endTimeNs" : 7 , "pagingInfo" : { "limit" : 1 , "direction" : 1 } } """)]
    public async Task Query_InEverySpelling_IsTheSameQuery(string body)
    {
        var topic = NodeFixture.NewTopic();
        await node.PublishAsync(Enumerable.Range(4, 5).Select(time => new Envelope { ContentTopic = topic, TimestampNs = (ulong)time, Message = ByteString.CopyFrom(1) }).ToArray());
        using var page = JsonDocument.Parse(await node.PostTextAsync("/message/v1/query", body.Replace("\"T\"", $"\"{topic}\"", StringComparison.Ordinal)));
        var envelope = Assert.Single(page.RootElement.GetProperty("envelopes").EnumerateArray());
        Assert.Equal("5", envelope.GetProperty("timestampNs").GetString());
        Assert.Equal(JsonValueKind.Number, page.RootElement.GetProperty("pagingInfo").GetProperty("limit").ValueKind);
        Assert.Equal("SORT_DIRECTION_ASCENDING", page.RootElement.GetProperty("pagingInfo").GetProperty("direction").GetString());
    }

    [Theory]
    [InlineData("null", "")]
    [InlineData("\"\"", "")]
    [InlineData("\"+/8=\"", "fbff")]
    [InlineData("\"-_8=\"", "fbff")]
    [InlineData("\"+/8\"", "fbff")]
    [InlineData("\"-_8\"", "fbff")]
    [InlineData("\"+\\/8=\"", "fbff")]
    [InlineData("\"AQ==\"", "01")]
    [InlineData("\"AQ\"", "01")]
    [InlineData("\"AQID\"", "010203")]
    public async Task Publish_WithBytesInEveryBase64_StoresTheBytes(string json, string hex)
    {
        var topic = NodeFixture.NewTopic();
        using var response = await node.PostAsync(
            "/message/v1/publish", $$"""{"envelopes":[{"contentTopic":"{{topic}}","timestampNs":1,"message":{{json}}}]}""", "text/plain", ("Authorization", node.Token));
        Assert.Equal(200, (int)response.StatusCode);
        var page = await node.Api.QueryAsync(new QueryRequest { ContentTopics = { topic } });
        Assert.Equal(hex, Convert.ToHexStringLower(Assert.Single(page.Envelopes).Message.Span));
    }

    [Fact]
    public async Task Publish_OfEdgeValues_IsAccepted()
    {
        var topic = NodeFixture.NewTopic();
        var body = $$"""{"envelopes":[{},{"contentTopic":"","timestampNs":"0","message":""},{"contentTopic":"{{topic}}","timestampNs":9223372036854775807,"message":"AA=="},{"contentTopic":"{{topic}}"}]}""";
        Assert.Equal("{}", await node.PostTextAsync("/message/v1/publish", body, "text/plain", ("Authorization", node.Token)));
        var page = await node.Api.QueryAsync(new QueryRequest { ContentTopics = { topic } });
        Assert.Equal([9223372036854775807, 0], page.Envelopes.Select(static envelope => envelope.TimestampNs));
    }

    [Theory]
    [InlineData("{", "not valid JSON")]
    [InlineData("[]", "the body must be an object")]
    [InlineData("null", "the body must be an object")]
    [InlineData("nonsense", "not valid JSON")]
    [InlineData("{} {}", "not valid JSON")]
    [InlineData("{}x", "not valid JSON")]
    [InlineData("""{"contentTopics":"x"}""", "contentTopics must be an array")]
    [InlineData("""{"contentTopics":[1]}""", "a topic must be a string")]
    [InlineData("""{"contentTopics":[null]}""", "a topic must be a string")]
    [InlineData("""{"contentTopics":["\ud800"]}""", "valid Unicode")]
    [InlineData("""{"contentTopics":["x"],"content_topics":["y"]}""", "appears twice")]
    [InlineData("""{"contentTopics":["x"],"startTimeNs":-1}""", "startTimeNs must be a whole number")]
    [InlineData("""{"contentTopics":["x"],"startTimeNs":1.5}""", "startTimeNs must be a whole number")]
    [InlineData("""{"contentTopics":["x"],"startTimeNs":"18446744073709551616"}""", "startTimeNs must be a whole number")]
    [InlineData("""{"contentTopics":["x"],"startTimeNs":"abc"}""", "startTimeNs must be a whole number")]
    [InlineData("""{"contentTopics":["x"],"startTimeNs":{}}""", "not an object")]
    [InlineData("""{"contentTopics":["x"],"pagingInfo":[]}""", "pagingInfo must be an object")]
    [InlineData("""{"contentTopics":["x"],"pagingInfo":{"limit":4294967296}}""", "limit must be a whole number")]
    [InlineData("""{"contentTopics":["x"],"pagingInfo":{"direction":"UP"}}""", "direction must be")]
    [InlineData("""{"contentTopics":["x"],"pagingInfo":{"direction":1.5}}""", "direction must be")]
    [InlineData("""{"contentTopics":["x"],"pagingInfo":{"cursor":{"index":{"digest":"*"}}}}""", "digest must be valid base64")]
    [InlineData("""{"contentTopics":["x"],"pagingInfo":{"cursor":{"index":{"digest":"A"}}}}""", "digest must be valid base64")]
    [InlineData("""{"contentTopics":["x"],"pagingInfo":{"cursor":{"index":{"digest":"A==="}}}}""", "digest must be valid base64")]
    [InlineData("""{"contentTopics":["x"],"pagingInfo":{"cursor":{"index":{"digest":"A Q="}}}}""", "digest must be valid base64")]
    [InlineData("""{"contentTopics":["x"],"pagingInfo":{"cursor":{"index":{"digest":"-/8="}}}}""", "digest must be valid base64")]
    [InlineData("""{"contentTopics":["x"],"pagingInfo":{"cursor":{"index":{"digest":7}}}}""", "digest must be a base64 string")]
    [InlineData("""{"contentTopics":["x"],"pagingInfo":{"cursor":{"index":{"digest":"AQ=="}}}}""", "")]
    [InlineData("""{"contentTopics":["x"],"pagingInfo":{"cursor":{}}}""", "")]
    [InlineData("""{"contentTopics":["x"],"pagingInfo":{"limit":101}}""", "cannot exceed 100 rows per query")]
    [InlineData("""{"contentTopics":[]}""", "content topics required")]
    [InlineData("{}", "content topics required")]
    [InlineData("", "content topics required")]
    public async Task Query_WithABadBody_IsRefusedWithItsReason(string body, string reason)
    {
        using var response = await node.PostAsync("/message/v1/query", body, "text/plain");
        await GatewayAssert.FailsAsync(response, 400, 3, reason);
        await node.AssertServesAsync();
    }

    [Fact]
    public async Task Query_NestedWithoutEnd_IsRefused()
    {
        var body = """{"contentTopics":["x"],"unknown":""" + new string('[', 100_000);
        using var response = await node.PostAsync("/message/v1/query", body, "text/plain");
        await GatewayAssert.FailsAsync(response, 400, 3, "not valid JSON");
        await node.AssertServesAsync();
    }

    [Fact]
    public async Task BatchQuery_AnswersInTheOrderOfItsQueries_AndNoneForNone()
    {
        var (first, second) = (NodeFixture.NewEnvelope(NodeFixture.NewTopic()), NodeFixture.NewEnvelope(NodeFixture.NewTopic()));
        await node.PublishAsync(first, second);
        using var answer = JsonDocument.Parse(await node.PostTextAsync(
            "/message/v1/batch-query", $$"""{"requests":[{"contentTopics":["{{second.ContentTopic}}"]},{"contentTopics":["nothing here"]},{"contentTopics":["{{first.ContentTopic}}"]}]}"""));
        var topics = answer.RootElement.GetProperty("responses").EnumerateArray()
            .Select(static page => page.GetProperty("envelopes").EnumerateArray().Select(static e => e.GetProperty("contentTopic").GetString()).SingleOrDefault());
        Assert.Equal([second.ContentTopic, null, first.ContentTopic], topics);
        Assert.Equal("""{"responses":[]}""", await node.PostTextAsync("/message/v1/batch-query", "{}"));
    }

    [Fact]
    public async Task BatchQuery_WithABadQuery_KeepsItsCode()
    {
        using var bad = await node.PostAsync("/message/v1/batch-query", """{"requests":[{"contentTopics":["x"]},{}]}""");
        await GatewayAssert.FailsAsync(bad, 400, 3, "content topics required");
        var many = string.Join(',', Enumerable.Repeat("""{"contentTopics":["x"]}""", 51));
        using var tooMany = await node.PostAsync("/message/v1/batch-query", $$"""{"requests":[{{many}}]}""");
        await GatewayAssert.FailsAsync(tooMany, 400, 3, "cannot exceed 50 requests in single batch");
    }

    [Fact]
    public async Task Query_OfLargeMessages_ArrivesWhole()
    {
        var topic = NodeFixture.NewTopic();
        var envelopes = Enumerable.Range(0, 6).Select(_ => NodeFixture.NewEnvelope(topic, 500_000)).ToArray();
        await node.PublishAsync(envelopes);
        using var page = JsonDocument.Parse(await node.PostTextAsync("/message/v1/query", $$$"""{"contentTopics":["{{{topic}}}"],"pagingInfo":{"direction":1}}"""));
        Assert.Equal(
            envelopes.Select(static envelope => envelope.Message.ToBase64()),
            page.RootElement.GetProperty("envelopes").EnumerateArray().Select(static envelope => envelope.GetProperty("message").GetString()));
    }

    [Fact]
    public async Task Publish_OfALargeMessage_CrossesBuffersUnharmed()
    {
        var envelope = NodeFixture.NewEnvelope(NodeFixture.NewTopic(), 1_000_001);
        var body = $$"""{"envelopes":[{"contentTopic":"{{envelope.ContentTopic}}","timestampNs":"{{envelope.TimestampNs}}","message":"{{envelope.Message.ToBase64()}}"}]}""";
        Assert.Equal("{}", await node.PostTextAsync("/message/v1/publish", body, "text/plain", ("Authorization", node.Token)));
        var page = await node.Api.QueryAsync(new QueryRequest { ContentTopics = { envelope.ContentTopic } });
        Assert.Equal(envelope, Assert.Single(page.Envelopes));
    }
}
