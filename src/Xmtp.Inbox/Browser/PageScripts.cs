using Microsoft.AspNetCore.Components;
using Microsoft.JSInterop;

namespace Xmtp.Inbox.Browser;

/// <summary>What only the page can do: storage for settings, theme, clipboard, files, notifications, focus.</summary>
public sealed class PageScripts(IJSRuntime scripts)
{
    private readonly ScriptModule _page = new(scripts, "page.js");
    private readonly ScriptModule _timeline = new(scripts, "timeline.js");

    public Task<string?> ReadAsync(string key) => _page.CallAsync<string?>("read", key);

    public Task WriteAsync(string key, string value) => _page.CallAsync("write", key, value);

    /// <summary><c>light</c>, <c>dark</c> or <c>system</c>.</summary>
    public Task<string> ThemeAsync() => _page.CallAsync<string>("theme");

    public Task SetThemeAsync(string theme) => _page.CallAsync("setTheme", theme);

    /// <returns>False when the browser does not let the page have the clipboard.</returns>
    public Task<bool> CopyAsync(string text) => _page.CallAsync<bool>("copy", text);

    /// <summary>An address for bytes that are on this page only; give it back with <see cref="DropUrlAsync"/>.</summary>
    public Task<string> BlobUrlAsync(byte[] bytes, string mimeType) => _page.CallAsync<string>("blobUrl", bytes, mimeType);

    public Task DropUrlAsync(string url) => _page.CallAsync("dropUrl", url);

    /// <summary>Puts a file into the user's downloads.</summary>
    public Task SaveAsync(byte[] bytes, string name) => _page.CallAsync("save", bytes, name);

    public Task<bool> IsHiddenAsync() => _page.CallAsync<bool>("isHidden");

    /// <summary><c>granted</c>, <c>denied</c>, <c>default</c> or <c>unsupported</c>.</summary>
    public Task<string> NotificationStateAsync() => _page.CallAsync<string>("notificationState");

    public Task<string> AskForNotificationsAsync() => _page.CallAsync<string>("askForNotifications");

    public Task<bool> NotifyAsync(string title, string body, string tag) => _page.CallAsync<bool>("notify", title, body, tag);

    public Task SetTitleAsync(string title) => _page.CallAsync("setTitle", title);

    public Task FocusAsync(string id) => _page.CallAsync("focusById", id);

    public Task ClickAsync(string id) => _page.CallAsync("clickById", id);

    public Task ListenAsync<T>(DotNetObjectReference<T> owner)
        where T : class => _page.CallAsync("listen", owner);

    public Task PrepareComposerAsync<T>(ElementReference field, ElementReference fileInput, DotNetObjectReference<T> owner)
        where T : class => _page.CallAsync("prepareComposer", field, fileInput, owner);

    public Task ShowDialogAsync(ElementReference dialog) => _page.CallAsync("showDialog", dialog);

    /// <summary>Keeps a list of messages still while it grows at both ends.</summary>
    public Task<IJSObjectReference> AttachTimelineAsync<T>(ElementReference scroller, DotNetObjectReference<T> owner)
        where T : class => _timeline.CallAsync<IJSObjectReference>("attach", scroller, owner);
}
