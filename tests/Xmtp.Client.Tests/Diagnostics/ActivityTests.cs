using System.Collections.Concurrent;
using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using System.Text;
using Xmtp.Client.Diagnostics;
using Xmtp.Client.Tests.Fakes;
using Xmtp.Client.Transport;
using Xmtp.Identity;
using Xmtp.Protocol.Errors;

namespace Xmtp.Client.Tests.Diagnostics;

public sealed class ActivityTests : IAsyncLifetime
{
    private readonly FakeNetwork _network = new();
    private readonly ConcurrentQueue<Activity> _activities = new();
    private readonly ActivitySource _test = new($"{nameof(ActivityTests)}-{Guid.NewGuid():n}");
    private ActivityListener _listener = null!;
    private ActivityTraceId _trace;
    private TestAccount _alice = null!;
    private TestAccount _bob = null!;

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync()
    {
        // Other tests run beside these: only what belongs to this test's own trace is heard.
        _listener = new ActivityListener
        {
            ShouldListenTo = source => source == _test || source.Name == XmtpTelemetry.ActivitySourceName,
            Sample = (ref options) =>
                options.Source == _test || options.TraceId == _trace ? ActivitySamplingResult.AllDataAndRecorded : ActivitySamplingResult.None,
            ActivityStopped = activity =>
            {
                if (activity.Source != _test) _activities.Enqueue(activity);
            },
        };
        ActivitySource.AddActivityListener(_listener);
        _alice = await TestAccount.StartAsync(_network);
        _bob = await TestAccount.StartAsync(_network);
    }

    public async ValueTask DisposeAsync()
    {
        await _alice.DisposeAsync();
        await _bob.DisposeAsync();
        _listener.Dispose();
        _test.Dispose();
    }

    [Fact]
    public async Task Send_OneMessage_TracesItAndThePublishInside()
    {
        var conversation = await _alice.Client.Conversations.NewConversationAsync(_bob.Client.Address, cancellationToken: Token);
        using (Begin()) await conversation.SendAsync("gm", Token);
        var send = Assert.Single(_activities, static activity => activity.OperationName == "xmtp.send");
        var publish = _activities.First(activity => activity.OperationName == "xmtp.publish" && activity.ParentSpanId == send.SpanId);
        Assert.Equal(1, publish.GetTagItem("xmtp.envelopes"));
        Assert.Equal(ActivityStatusCode.Unset, publish.Status);
    }

    [Fact]
    public async Task Send_Refused_TellsTheIdAndNotTheMessage()
    {
        var conversation = await _alice.Client.Conversations.NewConversationAsync(_bob.Client.Address, cancellationToken: Token);
        _alice.Transport.FailNext("Publish", new NodeException(ErrorCatalogue.TopicTooLong, $"topic of {_bob.Client.Address}"));
        using (Begin()) await Assert.ThrowsAsync<NodeException>(() => conversation.SendAsync("gm", Token));
        Assert.Equal(["xmtp.publish", "xmtp.send"], _activities.Select(static activity => activity.OperationName));
        Assert.All(_activities, static activity =>
        {
            Assert.Equal(ActivityStatusCode.Error, activity.Status);
            Assert.Null(activity.StatusDescription);
            Assert.Equal(ErrorCatalogue.TopicTooLong.Id, activity.GetTagItem("error.type"));
            Assert.Empty(activity.Events);
        });
    }

    [Fact]
    public async Task Activities_OfAWholeRun_NameNobody()
    {
        using (Begin())
        {
            await using var stream = await _alice.Client.Conversations.StreamAllMessagesAsync(Token);
            var conversation = await _alice.Client.Conversations.NewConversationAsync(_bob.Client.Address, cancellationToken: Token);
            await conversation.SendAsync("gm", Token);
            await conversation.ListMessagesAsync(cancellationToken: Token).CountAsync(Token);
        }

        Assert.Equal(
            ["xmtp.publish", "xmtp.query", "xmtp.send", "xmtp.stream.connect"],
            _activities.Select(static activity => activity.OperationName).Distinct().Order(StringComparer.Ordinal));
        Assert.All(_activities.SelectMany(static activity => activity.TagObjects), static tag =>
        {
            Assert.Contains(tag.Key, new[] { "xmtp.envelopes", "xmtp.topics", "error.type" });
            Assert.True(tag.Value is int || (tag.Value is string text && text.Length < 12), tag.Key);
        });
    }

    [Fact]
    public async Task Calls_UnderATrace_DoNotTellNodesOfIt()
    {
        // HTTP/1.1 is enough to see what headers a call bears.
        using var server = new TcpListener(IPAddress.Loopback, 0);
        server.Start();
        using var parent = Begin();
        Assert.NotNull(Activity.Current);
        using var wallet = PrivateKeyWallet.Generate();
        var options = new XmtpClientOptions
        {
            Nodes = [new Uri($"http://127.0.0.1:{((IPEndPoint)server.LocalEndpoint).Port}")],
            Transport = TransportKind.GrpcWeb,
            DiscoverNodes = false,
            Retry = RetryPolicy.None,
        };
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(Token);
        var creating = XmtpClient.CreateAsync(wallet, options, stop.Token);
        using var connection = await server.AcceptTcpClientAsync(Token);
        var head = new StringBuilder();
        using var reader = new StreamReader(connection.GetStream(), Encoding.Latin1);
        while (await reader.ReadLineAsync(Token) is { Length: > 0 } line) head.AppendLine(line);
        Assert.Contains("x-client-version", head.ToString(), StringComparison.OrdinalIgnoreCase);
        Assert.DoesNotContain("traceparent", head.ToString(), StringComparison.OrdinalIgnoreCase);
        Assert.DoesNotContain(parent.TraceId.ToString(), head.ToString(), StringComparison.OrdinalIgnoreCase);
        await stop.CancelAsync();
        await Assert.ThrowsAnyAsync<Exception>(() => creating);
    }

    private Activity Begin()
    {
        var activity = _test.StartActivity("test")!;
        _trace = activity.TraceId;
        return activity;
    }
}
