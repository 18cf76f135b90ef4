using Xmtp.TestBrowser;

namespace Xmtp.Inbox.Tests.Pages;

/// <summary>The inbox in a tab, with what a user does there.</summary>
internal sealed class InboxPage(Page page, Uri address)
{
    public Page Page => page;

    /// <summary>The open account's address.</summary>
    public string Account { get; private set; } = "";

    /// <summary>Opens the inbox that a node serves.</summary>
    public static async Task<InboxPage> OpenAsync(Chromium browser, Uri node)
    {
        var page = await browser.NewPageAsync();
        var inbox = new InboxPage(page, node);
        await page.LookAsync(1280, 800);
        await page.GoAsync(node);
        return inbox;
    }

    /// <summary>Makes a throw-away account.</summary>
    public async Task<InboxPage> SignUpAsync()
    {
        await page.PressAsync("#throw-away");
        await IsOpenAsync();
        return this;
    }

    /// <summary>Returns when an account is open and live.</summary>
    public async Task IsOpenAsync()
    {
        await page.HasAsync("#own-address");
        Account = await page.TextAsync("#own-address");
        await IsLiveAsync();
    }

    public Task IsLiveAsync() => page.ShowsAsync("document.querySelector('#state')?.textContent == 'Live'");

    public Task IsOfflineAsync() => page.HasTextAsync("#state", "Offline");

    /// <summary>Begins a conversation.</summary>
    public async Task BeginAsync(string peer)
    {
        await page.PressAsync("#new-conversation");
        await page.WriteAsync("#peer", peer);
        await page.PressAsync("#begin");
        await page.HasAsync("#composer");
    }

    /// <summary>Opens a folder, and the conversation with an account in it.</summary>
    public async Task ChooseAsync(string folder, string peer)
    {
        await page.PressAsync($"#folder-{folder}");
        var row = $"[...document.querySelectorAll('.conversation strong')].find(name => name.textContent == '{Brief(peer)}')";
        await page.ShowsAsync(row);
        await page.EvaluateAsync($"{row}.closest('button').click()");
        await page.HasTextAsync(".peer", Brief(peer));
    }

    /// <summary>Writes a message and presses Enter.</summary>
    /// <param name="text">What is written.</param>
    /// <param name="shown">What is seen of it, when that is something else.</param>
    public async Task SendAsync(string text, string? shown = null)
    {
        await page.WriteAsync("#composer", text);
        await page.KeyAsync("Enter");
        await ShowsAsync(shown ?? text);
    }

    /// <summary>Returns when a message is on the screen.</summary>
    public Task ShowsAsync(string text, TimeSpan? patience = null) =>
        page.ShowsAsync($"[...document.querySelectorAll('.message .bubble')].some(bubble => bubble.textContent.includes({Page.Quote(text)}))", patience);

    /// <summary>Presses something at the message with this text.</summary>
    public async Task AtMessageAsync(string text, string selector)
    {
        var element = $"[...document.querySelectorAll('.message')].findLast(message => message.textContent.includes({Page.Quote(text)}))?.querySelector({Page.Quote(selector)})";
        await page.ShowsAsync(element);
        await page.EvaluateAsync($"{element}.click()");
    }

    public Task<int> CountAsync(string text) => page.NumberAsync($"[...document.querySelectorAll('.message .bubble')].filter(bubble => bubble.textContent.includes({Page.Quote(text)})).length");

    /// <summary>Whether the program itself is kept in the browser.</summary>
    public Task IsKeptAsync() => page.ShowsAsync("navigator.serviceWorker.controller");

    /// <summary>Opens the page anew, at what comes after # in its address.</summary>
    public async Task GoAsync(string place)
    {
        await page.GoAsync(new Uri("about:blank"));
        await page.GoAsync(new Uri(address, place));
    }

    /// <summary>An address as lists show it.</summary>
    public static string Brief(string address) => $"{address[..6]}…{address[^4..]}";
}
