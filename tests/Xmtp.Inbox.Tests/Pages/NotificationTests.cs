using Xmtp.Identity;

namespace Xmtp.Inbox.Tests.Pages;

/// <summary>What the browser shows while the page is not in front.</summary>
public class NotificationTests
{
    // Those that the browser took. A browser without a screen forgets them at once.
    private const string Record = """
        window.taken = [];
        const show = ServiceWorkerRegistration.prototype.showNotification;
        ServiceWorkerRegistration.prototype.showNotification = async function (title, options) {
          await show.call(this, title, options);
          window.taken.push(`${title}: ${options.body}`);
        };
        """;

    // By timers alone it is many seconds while the page is behind, and minutes when it has been there for long.
    private const string TwentySteps = """
        (async () => {
          const started = performance.now();
          for (let step = 0; step < 20; step++) await new Promise(resolve => setTimeout(resolve, 0));
          return Math.round(performance.now() - started);
        })()
        """;

    private const string Taken = "window.taken.join(', ')";

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Notify_PageBehind_ShowsNewsOfAllowedPeersOnly()
    {
        await using var world = await InboxWorld.StartAsync();
        using var wallet = PrivateKeyWallet.Generate();
        var browser = await world.BrowserAsync();
        var page = await browser.NewPageAsync();
        await InjectedWallet.PutIntoAsync(page, wallet);
        await page.BeforehandAsync(Record);
        await page.GoAsync(world.Node.HttpAddress);
        await page.PressAsync(".wallet");
        var ann = new InboxPage(page, world.Node.HttpAddress);
        await ann.IsOpenAsync();
        await ann.IsKeptAsync();

        // Refused at first, and that is said.
        await browser.PermitAsync(world.Node.HttpAddress, "notifications", "denied");
        await page.PressAsync("#settings");
        await page.PressAsync("#notify");
        await page.PressAsync("#save-settings");
        await page.HasTextAsync(".dialog [role=alert]", "does not let this page show notifications");
        await browser.PermitAsync(world.Node.HttpAddress, "notifications", "granted");
        await page.PressAsync("#notify");
        await page.PressAsync("#save-settings");
        await page.ShowsAsync("!document.querySelector('dialog')");

        var (bob, carl, dave) = (await world.ClientAsync(), await world.ClientAsync(), await world.ClientAsync());
        var stranger = await carl.Conversations.NewConversationAsync(ann.Account, cancellationToken: Cancellation);
        var blocked = await dave.Conversations.NewConversationAsync(ann.Account, cancellationToken: Cancellation);
        await blocked.SendAsync("Block me", Cancellation);
        await ann.ChooseAsync("requests", dave.Address.ToString());
        await page.PressAsync("#block");
        await page.HasTextAsync("#allow", "Allow again");
        await ann.BeginAsync(bob.Address.ToString());
        await ann.SendAsync("Write to me");
        var friend = (await bob.Conversations.ListAsync(cancellationToken: Cancellation)).Single();
        await friend.SendAsync("While it is in front", Cancellation);
        await ann.ShowsAsync("While it is in front");

        var other = await browser.NewPageAsync();
        await other.CallAsync("Page.bringToFront", []);
        await page.ShowsAsync("document.hidden");
        Assert.InRange(await page.NumberAsync(TwentySteps), 0, 5000);
        await stranger.SendAsync("Of a stranger", Cancellation);
        await blocked.SendAsync("Of somebody blocked", Cancellation);
        var elsewhere = await world.ClientAsync(account: wallet);
        var own = (await elsewhere.Conversations.ListAsync(cancellationToken: Cancellation)).Single(conversation => conversation.Peer == bob.Address);
        await own.SendAsync("From my other device", Cancellation);
        await ann.ShowsAsync("From my other device");
        foreach (var (folder, text) in new[] { ("requests", "Of a stranger"), ("blocked", "Of somebody blocked") })
        {
            await page.PressAsync($"#folder-{folder}");
            await page.ShowsAsync($"document.querySelector('.conversation')?.textContent.includes('{text}')");
        }

        await friend.SendAsync("While it is behind", Cancellation);
        await page.ShowsAsync("window.taken.length > 0");
        var news = $"{InboxPage.Brief(bob.Address.ToString())}: While it is behind";
        Assert.Equal(news, await page.StringAsync(Taken));

        // In front again.
        await page.CallAsync("Page.bringToFront", []);
        await page.ShowsAsync("!document.hidden");
        await friend.SendAsync("In front again", Cancellation);
        await ann.ShowsAsync("In front again");
        Assert.Equal(news, await page.StringAsync(Taken));
    }
}
