using System.Text;
using Xmtp.Client.Diagnostics;
using Xmtp.Client.Tests.Fakes;
using Xmtp.Client.Transport;
using Xmtp.Protocol.Errors;
using Xmtp.TestSupport;

namespace Xmtp.Client.Tests.Diagnostics;

/// <summary>The reference page of the client's metrics, made from its instruments and from what they measure.</summary>
public class SdkMetricsPageTests
{
    [Fact]
    public void Page_InstrumentsOfAClient_AgreesWithThem()
    {
        using var measured = new Measurements();
        MetricsTests.UseAll(ClientMetrics.Of(measured), new NodeException(ErrorCatalogue.RateLimited, "slow"));
        var page = new StringBuilder("| metric | kind | unit | tags | meaning |\n|---|---|---|---|---|\n");
        foreach (var instrument in measured.Instruments.OrderBy(static instrument => instrument.Name, StringComparer.Ordinal))
        {
            var tags = measured.All.Where(one => one.Instrument == instrument.Name).SelectMany(static one => one.Tags).Select(static tag => $"`{tag.Key}`").Distinct();
            var kind = instrument.GetType().Name.Split('`')[0] switch { "Counter" => "counter", "UpDownCounter" => "up-down counter", var other => other.ToLowerInvariant() };
            page.Append($"| `{instrument.Name}` | {kind} | {instrument.Unit!.Trim('{', '}')} | {string.Join(", ", tags)} | {instrument.Description} |\n");
        }

        Assert.Equal(11, measured.Instruments.Count);
        Assert.All(measured.Instruments, instrument => Assert.NotEqual(0, measured.Count(instrument.Name)));
        GeneratedText.CheckPart("docs/reference/sdk-metrics.md", "metrics", page.ToString(), nameof(ClientMetrics), typeof(SdkMetricsPageTests));
    }
}
