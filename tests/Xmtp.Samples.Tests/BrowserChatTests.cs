using Xmtp.Client;
using Xmtp.Client.Conversations;
using Xmtp.Identity;
using Xmtp.TestBrowser;
using Xmtp.TestNetwork;

namespace Xmtp.Samples.Tests;

/// <summary>The SDK in a page of a real browser, which comes from another origin than the node.</summary>
public class BrowserChatTests
{
    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task BrowserChat_PageAndSdkClient_WriteToEachOtherThroughARestart()
    {
        var chromium = Needed.Program("Chromium", "chromium", "chromium-browser", "google-chrome");
        var published = await PublishedSample.CreateAsync("BrowserChat");
        var figures = new Figures("BrowserChat");
        var files = Directory.GetFiles(Path.Combine(published, "wwwroot"), "*", SearchOption.AllDirectories);
        figures.Add("to download, compressed with brotli", Figures.MiB(files.Where(static file => file.EndsWith(".br", StringComparison.Ordinal))), "MiB");
        figures.Add("to download, plain", Figures.MiB(files.Where(static file => !file.EndsWith(".br", StringComparison.Ordinal) && !file.EndsWith(".gz", StringComparison.Ordinal))), "MiB");

        await using var node = await TestNode.StartAsync(cancellationToken: Cancellation);
        await using var site = await StaticSite.StartAsync(Path.Combine(published, "wwwroot"));
        await using var browser = await Chromium.StartAsync(chromium);
        var page = await browser.OpenAsync(new Uri(site.Address, $"?node={Uri.EscapeDataString(node.GrpcWebAddress.ToString())}"));
        await page.ShowsAsync("document.querySelector('#start')");
        figures.Add("page opened to interactive", await page.MillisecondsAsync(), "ms");
        await page.ClickAsync("#start");
        await page.ShowsAsync("document.querySelector('#connection')?.textContent == 'Connected'");
        figures.Add("page opened to identity made and stream open", await page.MillisecondsAsync(), "ms");
        var self = await page.TextAsync("#self");

        using var wallet = PrivateKeyWallet.Generate();
        await using var bola = await XmtpClient.CreateAsync(wallet, new XmtpClientOptions { Nodes = [node.GrpcAddress] }, Cancellation);
        await using var arriving = await bola.Conversations.StreamAllMessagesAsync(Cancellation);
        await page.TypeAsync("#peer", bola.Address.ToString());
        await page.TypeAsync("#text", "gm from the browser");
        await page.ClickAsync("#send");
        var message = await NextAsync(arriving);
        Assert.Equal((self, "gm from the browser"), (message.Sender.ToString(), message.Content));
        await page.ShowsAsync("document.querySelector('#messages').textContent.includes('gm from the browser')");

        await message.Conversation.SendAsync("gm to the browser", Cancellation);
        await page.ShowsAsync("document.querySelector('#messages').textContent.includes('gm to the browser')");

        await node.StopAtOnceAsync();
        await page.ShowsAsync("document.querySelector('#connection').textContent != 'Connected'");
        await node.StartAgainAsync(Cancellation);
        await message.Conversation.SendAsync("gm after the restart", Cancellation);
        await page.ShowsAsync("document.querySelector('#messages').textContent.includes('gm after the restart')");
        Assert.Equal(3, await page.NumberAsync("document.querySelectorAll('#messages li').length"));
        Assert.Equal("", await page.TextAsync("#error"));
        figures.Write();
    }

    private static async Task<DecodedMessage> NextAsync(IAsyncEnumerable<DecodedMessage> messages)
    {
        await foreach (var message in messages.WithCancellation(Cancellation)) return message;
        throw new InvalidOperationException("The stream has ended.");
    }
}
