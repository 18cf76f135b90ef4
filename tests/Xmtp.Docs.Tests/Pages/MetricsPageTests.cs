using System.Collections.Concurrent;
using System.Diagnostics.Metrics;
using System.Net;
using Xmtp.Client;
using Xmtp.Identity;
using Xmtp.TestNetwork;

namespace Xmtp.Docs.Tests.Pages;

/// <summary>The reference page of metrics against a node at work.</summary>
public class MetricsPageTests
{
    private readonly ConcurrentDictionary<string, ObservedInstrument> _instruments = new();

    [Fact]
    public async Task Page_InstrumentsOfANode_AgreesWithThem()
    {
        using var listener = Listen();
        await using var node = await TestNode.StartAsync(cancellationToken: TestContext.Current.CancellationToken);
        await UseAsync(node);
        listener.RecordObservableInstruments();
        GeneratedText.CheckPart(MetricsPage.Path, "metrics", MetricsPage.Generate(_instruments.Values), "the node's meters", typeof(MetricsPageTests));

        // What the page says is scraped, is.
        using var http = new HttpClient { BaseAddress = node.HttpAddress };
        var scraped = await http.GetStringAsync(new Uri("/metrics", UriKind.Relative), TestContext.Current.CancellationToken);
        Assert.All(_instruments.Keys, name => Assert.Contains($"# TYPE {MetricsPage.Scraped(name)} ", scraped, StringComparison.Ordinal));
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
}
