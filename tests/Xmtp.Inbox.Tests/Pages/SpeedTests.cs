using Xmtp.TestBrowser;

namespace Xmtp.Inbox.Tests.Pages;

/// <summary>How much is loaded, how long it takes, and how much a long conversation costs. Times are told, not judged.</summary>
public class SpeedTests
{
    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Start_FirstAndCached_IsMeasured()
    {
        await using var world = await InboxWorld.StartAsync();
        var figures = new Figures("Inbox");
        var ann = await world.OpenAsync();
        await ann.Page.HasAsync("#throw-away");
        figures.Add("first start, page opened to interactive", await ann.Page.MillisecondsAsync(), "ms");
        const string Loaded = "Math.round(performance.getEntriesByType('resource').reduce((sum, entry) => sum + entry.transferSize, 0) / 1024)";
        figures.Add("first start, loaded", await ann.Page.NumberAsync(Loaded), "KiB");
        await ann.SignUpAsync();
        await ann.IsKeptAsync();
        await ann.Page.ReloadAsync();
        await ann.Page.HasAsync("#own-address");
        figures.Add("cached start, page opened to the account's messages", await ann.Page.MillisecondsAsync(), "ms");
        Assert.Equal(0, await ann.Page.NumberAsync(Loaded.Replace("reduce(", "filter(entry => entry.name.includes('_framework')).reduce(", StringComparison.Ordinal)));
        figures.Write();
    }

    [Fact]
    public Task Timeline_ThousandMessages_HoldsFewElements() => ScrollAsync(1000);

    [Fact(Explicit = true)]
    public Task Timeline_TenThousandMessages_HoldsFewElements() => ScrollAsync(10_000);

    private static async Task ScrollAsync(int count)
    {
        await using var world = await InboxWorld.StartAsync(configure: static options => options with { RateLimits = options.RateLimits with { Enabled = false } });
        var ann = await (await world.OpenAsync()).SignUpAsync();
        var bob = await world.ClientAsync();
        var conversation = await bob.Conversations.NewConversationAsync(ann.Account, cancellationToken: Cancellation);
        foreach (var batch in Enumerable.Range(1, count).Chunk(50))
        {
            var prepared = new List<Client.Conversations.PreparedMessage>();
            foreach (var number in batch) prepared.Add(await conversation.PrepareAsync($"Message {number} of {count}", cancellationToken: Cancellation));
            await Task.WhenAll(prepared.Select(static message => message.SendAsync(Cancellation)));
        }

        await ann.ChooseAsync("requests", bob.Address.ToString());
        await ann.Page.PressAsync("#allow");
        await ann.ShowsAsync($"Message {count} of {count}");
        var most = 0;
        for (var looked = 0; looked < count && await ann.CountAsync($"Message 1 of {count}") == 0; looked++)
        {
            // One frame, and the messages that come with it.
            await ann.Page.EvaluateAsync("new Promise(done => { document.querySelector('.timeline').scrollTop -= 4000; requestAnimationFrame(() => setTimeout(done, 20)); })");
            most = Math.Max(most, await ann.Page.NumberAsync("document.querySelectorAll('.message').length"));
        }

        await ann.ShowsAsync($"Message 1 of {count}");
        Assert.InRange(most, 50, 300);

        // And back to the newest.
        await ann.Page.PressAsync(".to-end");
        await ann.ShowsAsync($"Message {count} of {count}");
    }
}
