using System.Text.Json.Nodes;
using Xmtp.Site;
using Xmtp.TestBrowser;
using Xmtp.TestSupport;

namespace Xmtp.Samples.Tests;

/// <summary>The documentation site in a real browser, opened from the disk: search, theme, and barriers for readers (axe-core).</summary>
public sealed class SiteTests : IDisposable
{
    private readonly DirectoryInfo _site = Directory.CreateTempSubdirectory("xmtp-site-");

    public SiteTests() => SiteBuilder.Build(Repository.Root, _site.FullName);

    public void Dispose() => _site.Delete(recursive: true);

    [Fact]
    public async Task Pages_MainOnes_HaveNoBarrier()
    {
        var axe = await File.ReadAllTextAsync(Needed.File("axe-core", "tests/Xmtp.Interop/js/axe/node_modules/axe-core/axe.min.js"), TestContext.Current.CancellationToken);
        await using var browser = await StartAsync();
        foreach (var theme in new[] { "light", "dark" })
            foreach (var url in new[] { "index.html", "overview.html", "guides/sdk.html", "guides/push.html", "concepts/protocol.html", "operating/node.html", "reference/errors.html", "adr/index.html", "api/index.html", "api/xmtp.client/xmtp.client.xmtpclient.html" })
            {
                var page = await browser.OpenAsync(new Uri(Path.Combine(_site.FullName, url)));
                await page.ShowsAsync("document.readyState == 'complete' && document.querySelector('h1')");
                await page.CallAsync("Runtime.evaluate", new() { ["expression"] = $"document.documentElement.dataset.theme = '{theme}'; {axe}; 0" });
                var found = await page.CallAsync("Runtime.evaluate", new()
                {
                    ["expression"] = "axe.run().then(result => result.violations.map(violation => violation.id + ': ' + violation.nodes.map(node => node.target + ' ' + node.failureSummary).slice(0, 3).join('; ')).join('\\n'))",
                    ["awaitPromise"] = true,
                    ["returnByValue"] = true,
                });
                Assert.True(found["result"]?["value"]?.GetValue<string>() is "", $"{url}, {theme}: {found}");
            }
    }

    [Fact]
    public async Task Search_PageFromTheDisk_FindsAndOpens()
    {
        await using var browser = await StartAsync();
        var page = await browser.OpenAsync(new Uri(Path.Combine(_site.FullName, "guides", "sdk.html")));
        await page.ShowsAsync("document.querySelector('#ui-search')");
        await TypeAsync(page, "publishtoken");
        await page.ShowsAsync("document.querySelector('#ui-results a b')?.textContent.startsWith('PublishToken')");
        await TypeAsync(page, "no such word anywhere");
        await page.ShowsAsync("document.querySelector('#ui-results').textContent == 'Nothing found.'");
        await TypeAsync(page, "backup restore");
        await page.ShowsAsync("document.querySelector('#ui-results a')?.href.includes('/operating/network.html#backup-and-restore')");
        await page.ClickAsync("#ui-results a");
        await page.ShowsAsync("location.pathname.endsWith('/operating/network.html') && document.querySelector('h1')");
    }

    [Fact]
    public async Task Theme_Switched_IsRememberedOnTheNextPage()
    {
        await using var browser = await StartAsync();
        var page = await browser.OpenAsync(new Uri(Path.Combine(_site.FullName, "index.html")));
        await page.ShowsAsync("document.querySelector('#ui-theme')");
        var before = await page.StringAsync("getComputedStyle(document.body).backgroundColor");
        await page.ClickAsync("#ui-theme");
        await page.ShowsAsync($"getComputedStyle(document.body).backgroundColor != '{before}'");
        await page.ClickAsync("#ui-nav a[href=\"overview.html\"]");
        await page.ShowsAsync($"location.pathname.endsWith('overview.html') && getComputedStyle(document.body).backgroundColor != '{before}'");
    }

    [Fact]
    public async Task Page_Printed_IsTheTextAlone()
    {
        await using var browser = await StartAsync();
        var page = await browser.OpenAsync(new Uri(Path.Combine(_site.FullName, "guides", "push.html")));
        await page.ShowsAsync("document.querySelector('main h1')");
        await page.CallAsync("Emulation.setEmulatedMedia", new() { ["media"] = "print" });
        await page.ShowsAsync("['header', '#ui-nav', 'footer'].every(part => getComputedStyle(document.querySelector(part)).display == 'none')");
        await page.ShowsAsync("getComputedStyle(document.body).backgroundColor == 'rgb(255, 255, 255)' && document.querySelector('main').getBoundingClientRect().left < 20");
    }

    private static Task<JsonObject> TypeAsync(Page page, string text) => page.CallAsync("Runtime.evaluate", new JsonObject
    {
        ["expression"] = $"(input => {{ input.focus(); input.value = '{text}'; input.dispatchEvent(new Event('input')); }})(document.querySelector('#ui-search'))",
    });

    private static Task<Chromium> StartAsync() => Chromium.StartAsync(Needed.Program("Chromium", "chromium", "chromium-browser", "google-chrome"));
}
