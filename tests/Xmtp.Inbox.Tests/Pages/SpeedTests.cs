using Xmtp.TestBrowser;

namespace Xmtp.Inbox.Tests.Pages;

/// <summary>How much is loaded, how long it takes, and how much a long conversation costs. Times are told, not judged.</summary>
public class SpeedTests
{
    // As a fast reader does it, a third of a screen at each frame; returns how long each took, and the most elements there were.
    private const string ScrollUp = """
        async first => {
          const timeline = document.querySelector('.timeline');
          const times = [];
          let elements = 0;
          let isDone = false;
          for (let last = performance.now(); times.length < 100 && !isDone;) {
            timeline.scrollTop -= 250;
            const now = await new Promise(requestAnimationFrame);
            times.push(now - last);
            last = now;
            elements = Math.max(elements, timeline.querySelectorAll('.message').length);
            isDone = [...timeline.querySelectorAll('.bubble')].some(bubble => bubble.textContent.includes(first));
          }
          return { times, elements, isDone };
        }
        """;

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
        await ann.ShowsAsync($"Message {count} of {count}", TimeSpan.FromMinutes(5));

        var times = new List<double>();
        for (var isDone = false; !isDone;)
        {
            var scrolled = (await ann.Page.EvaluateAsync($"({ScrollUp})({Page.Quote($"Message 1 of {count}")})"))!;
            times.AddRange(scrolled["times"]!.AsArray().Select(static time => time!.GetValue<double>()));
            isDone = scrolled["isDone"]!.GetValue<bool>();
            Assert.InRange(scrolled["elements"]!.GetValue<int>(), 50, 300);
            Assert.InRange(times.Count, 1, count);
        }

        times.Sort();
        var figures = new Figures($"Scroll{count}");
        figures.Add($"frames of a scroll to the first of {count} messages", times.Count, "");
        figures.Add("median", times[times.Count / 2], "ms");
        figures.Add("95th percentile", times[times.Count * 95 / 100], "ms");
        figures.Add("longest", times[^1], "ms");
        figures.Write();

        // A receipt for what was there when it was allowed and for what came later, not one for each.
        var receipts = 0;
        await foreach (var message in conversation.ListMessagesAsync(cancellationToken: Cancellation)) if (message.Content is ContentTypes.ReadReceipt) receipts++;
        Assert.InRange(receipts, 1, 20);

        // And back to the newest.
        await ann.Page.PressAsync(".to-end");
        await ann.ShowsAsync($"Message {count} of {count}");
    }
}
