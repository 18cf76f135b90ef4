using System.Collections.Concurrent;
using System.Diagnostics.Metrics;
using System.Net;
using System.Text.RegularExpressions;
using Xmtp.Client;
using Xmtp.Docs.Tests.Markdown;
using Xmtp.Identity;
using Xmtp.TestNetwork;

namespace Xmtp.Docs.Tests.Pages;

/// <summary>The reference page of metrics against a node at work.</summary>
public partial class MetricsPageTests
{
    private readonly ConcurrentDictionary<string, ObservedInstrument> _instruments = new();

    [Fact]
    public async Task Page_InstrumentsOfANode_AgreesWithThem()
    {
        using var listener = Listen();
        await using var node = await TestNode.StartAsync(static options => options with { NetworkPort = 0 }, cancellationToken: TestContext.Current.CancellationToken);
        await UseAsync(node);
        listener.RecordObservableInstruments();
        GeneratedText.CheckPart(MetricsPage.Path, "metrics", MetricsPage.Generate(_instruments.Values), "the node's meters", typeof(MetricsPageTests));

        // What the page says is scraped, is.
        using var http = new HttpClient { BaseAddress = node.HttpAddress };
        var scraped = await http.GetStringAsync(new Uri("/metrics", UriKind.Relative), TestContext.Current.CancellationToken);
        Assert.All(_instruments.Keys, name => Assert.Contains($"# TYPE {MetricsPage.Scraped(name)} ", scraped, StringComparison.Ordinal));
    }

    [Fact]
    public void Metrics_NamedInDocuments_AreOnAPage()
    {
        var known = new[] { MetricsPage.Path, "docs/reference/sdk-metrics.md" }.SelectMany(static path => MarkdownFile.Get(path).Code).Select(static code => code.Text)
            .Append(Repository.Read("src/Xmtp.Cli/Checks/PrometheusForm.cs")).ToList();
        var named = from file in MarkdownFile.All
                    where file.Path.StartsWith("docs/", StringComparison.Ordinal)
                    from code in file.Code
                    from Match name in MetricName().Matches(code.Text)
                    select (file.Path, code.Line, name.Value);
        Assert.Contains(named, static mention => mention.Value == "xmtp_log_failures");
        Assert.All(named, mention => Assert.True(known.Exists(text => text.Contains(mention.Value, StringComparison.Ordinal)), $"{mention.Path}({mention.Line}): there is no {mention.Value}"));
    }

    // Snippets run beside this test with nodes of their own; what their meters say is the same.
    private MeterListener Listen()
    {
        var listener = new MeterListener
        {
            InstrumentPublished = (instrument, listener) =>
            {
                if (!instrument.Meter.Name.StartsWith("Xmtp.Node", StringComparison.Ordinal)) return;
                listener.EnableMeasurementEvents(instrument, _instruments.GetOrAdd(instrument.Name, static (_, instrument) => new ObservedInstrument(instrument), instrument));
            },
        };
        listener.SetMeasurementEventCallback<int>(static (_, _, tags, state) => ((ObservedInstrument)state!).Measured(tags));
        listener.SetMeasurementEventCallback<long>(static (_, _, tags, state) => ((ObservedInstrument)state!).Measured(tags));
        listener.SetMeasurementEventCallback<double>(static (_, _, tags, state) => ((ObservedInstrument)state!).Measured(tags));
        listener.Start();
        return listener;
    }

    // Enough that every label appears: published, queried, followed and refused.
    private static async Task UseAsync(TestNode node)
    {
        var cancellationToken = TestContext.Current.CancellationToken;
        using var wallet = PrivateKeyWallet.Generate();
        await using (var client = await XmtpClient.CreateAsync(wallet, new XmtpClientOptions { Nodes = [node.GrpcAddress] }, cancellationToken))
        {
            await using var stream = await client.Conversations.StreamAllMessagesAsync(cancellationToken);
        }

        using var http = new HttpClient { BaseAddress = node.HttpAddress };
        using var refused = await http.PostAsync(new Uri("/message/v1/query", UriKind.Relative), new StringContent("{}"), cancellationToken);
        Assert.Equal(HttpStatusCode.BadRequest, refused.StatusCode);
    }

    [GeneratedRegex(@"\bxmtp_[a-z]+(?:_[a-z]+)+\b")]
    private static partial Regex MetricName();
}
