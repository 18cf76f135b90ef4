using Xmtp.Inbox.Conversations;

namespace Xmtp.Inbox.Tests.Pages;

/// <summary>QR codes before the camera.</summary>
public class ScanTests
{
    // Whether the page still has the camera is seen at what it was given.
    private const string Remember = """
        const open = MediaDevices.prototype.getUserMedia;
        MediaDevices.prototype.getUserMedia = async function (wanted) {
          window.camera = null;
          return window.camera = await open.call(this, wanted);
        };
        """;

    private const string IsGivenBack = "window.camera?.getTracks().every(track => track.readyState == 'ended')";

    private const string CloseDialog = ".dialog header button";

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Scan_CodeBeforeTheCamera_BeginsTheConversation()
    {
        await using var world = await InboxWorld.StartAsync();
        var bob = await world.ClientAsync();
        var film = Path.Combine(world.Node.DataDirectory, "camera.y4m");
        await CameraPicture.WriteAsync(film, code: null, Cancellation);
        var browser = await world.BrowserAsync("--use-fake-device-for-media-stream", $"--use-file-for-fake-video-capture={film}");
        await browser.PermitAsync(world.Node.HttpAddress, "camera", "granted");
        var page = await browser.NewPageAsync();
        await page.BeforehandAsync(Remember);
        await page.GoAsync(world.Node.HttpAddress);
        var ann = await new InboxPage(page, world.Node.HttpAddress).SignUpAsync();

        // While there is nothing to be read the camera runs, until it is stopped or the dialog closed.
        await page.PressAsync("#new-conversation");
        foreach (var end in new[] { "#scan", CloseDialog })
        {
            await page.PressAsync("#scan");
            await page.ShowsAsync("window.camera?.active && document.querySelector('.camera')?.videoWidth > 0");
            await page.HasTextAsync("#scan", "Stop the camera");
            await page.PressAsync(end);
            await page.ShowsAsync(IsGivenBack);
        }

        await page.ShowsAsync("!document.querySelector('dialog')");
        await CameraPicture.WriteAsync(film, Peers.Link(world.Node.HttpAddress.ToString(), bob.Address), Cancellation);
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
    public async Task Scan_NoCamera_IsSaid()
    {
        await using var world = await InboxWorld.StartAsync();
        var ann = await (await world.OpenAsync()).SignUpAsync();
        await ann.Page.PressAsync("#new-conversation");
        await ann.Page.PressAsync("#scan");
        await ann.Page.HasTextAsync(".dialog [role=alert]", "There is no camera here");
    }
}
