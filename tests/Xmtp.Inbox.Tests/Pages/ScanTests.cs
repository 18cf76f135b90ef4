using Xmtp.Inbox.Conversations;

namespace Xmtp.Inbox.Tests.Pages;

/// <summary>QR codes before the camera.</summary>
public class ScanTests
{
    // Whether the page still has the camera is seen at what it was given.
    private const string Remember = """
        const open = MediaDevices.prototype.getUserMedia;
        MediaDevices.prototype.getUserMedia = async function (wanted) { return window.camera = await open.call(this, wanted); };
        """;

    private const string IsGivenBack = "window.camera?.getTracks().every(track => track.readyState == 'ended')";

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Scan_CodeBeforeTheCamera_BeginsTheConversation()
    {
        await using var world = await InboxWorld.StartAsync();
        var bob = await world.ClientAsync();
        var film = Path.Combine(world.Node.DataDirectory, "camera.y4m");
        await CameraPicture.WriteAsync(film, Peers.Link(world.Node.HttpAddress.ToString(), bob.Address), Cancellation);
        var browser = await world.BrowserAsync("--use-fake-device-for-media-stream", $"--use-file-for-fake-video-capture={film}");
        await browser.PermitAsync(world.Node.HttpAddress, "camera", "granted");
        var page = await browser.NewPageAsync();
        await page.BeforehandAsync(Remember);
        await page.GoAsync(world.Node.HttpAddress);
        var ann = await new InboxPage(page, world.Node.HttpAddress).SignUpAsync();

        await page.PressAsync("#new-conversation");
        await page.PressAsync("#scan");
        await page.ShowsAsync($"document.querySelector('#peer')?.value == '{bob.Address}'");
        await page.ShowsAsync(IsGivenBack);
        await page.PressAsync("#begin");
        await page.HasTextAsync(".peer", InboxPage.Brief(bob.Address.ToString()));
        await ann.SendAsync("Found by your code");

        // Not let near it.
        await browser.PermitAsync(world.Node.HttpAddress, "camera", "denied");
        await page.PressAsync("#new-conversation");
        await page.PressAsync("#scan");
        await page.HasTextAsync(".dialog [role=alert]", "does not let this page use the camera");
        await page.HasTextAsync("#scan", "Scan a QR code");
    }

    [Fact]
    public async Task Scan_NothingToBeSeenOrNoCamera_EndsInOrder()
    {
        await using var world = await InboxWorld.StartAsync();
        var browser = await world.BrowserAsync("--use-fake-device-for-media-stream");
        await browser.PermitAsync(world.Node.HttpAddress, "camera", "granted");
        var page = await browser.NewPageAsync();
        await page.BeforehandAsync(Remember);
        await page.GoAsync(world.Node.HttpAddress);
        await new InboxPage(page, world.Node.HttpAddress).SignUpAsync();

        // Chromium's own test picture has no code: the camera runs until it is stopped, or the dialog closed.
        foreach (var end in new[] { "#scan", ".dialog header button" })
        {
            await page.PressAsync("#new-conversation");
            await page.PressAsync("#scan");
            await page.ShowsAsync("document.querySelector('.camera')?.videoWidth > 0");
            await page.HasTextAsync("#scan", "Stop the camera");
            Assert.False((await page.EvaluateAsync(IsGivenBack))!.GetValue<bool>());
            await page.PressAsync(end);
            await page.ShowsAsync(IsGivenBack);
            if (end == "#scan") await page.PressAsync(".dialog header button");
            await page.ShowsAsync("!document.querySelector('dialog')");
        }

        var without = await (await InboxPage.OpenAsync(await world.BrowserAsync(), world.Node.HttpAddress)).SignUpAsync();
        await without.Page.PressAsync("#new-conversation");
        await without.Page.PressAsync("#scan");
        await without.Page.HasTextAsync(".dialog [role=alert]", "There is no camera here");
    }
}
