using System.Text.Json.Nodes;
using Xunit;

namespace Xmtp.TestBrowser;

/// <summary>One tab: looks at what a page shows and does what a person would.</summary>
public sealed class Page(DevTools devTools, string session)
{
    // A look costs the page as much as the one that waits.
    private static readonly TimeSpan s_look = TimeSpan.FromMilliseconds(40);
    private static readonly TimeSpan s_patience = TimeSpan.FromSeconds(60);

    // Other keys than letters, with the code that browsers know them by.
    private static readonly Dictionary<string, int> s_keys = new() { ["Enter"] = 13, ["Escape"] = 27, ["Tab"] = 9, ["PageUp"] = 33, ["Home"] = 36 };

    public Task<JsonObject> CallAsync(string method, JsonObject parameters) => devTools.CallAsync(method, parameters, session);

    public Task GoAsync(Uri address) => CallAsync("Page.navigate", new() { ["url"] = address.ToString() });

    public Task ReloadAsync() => CallAsync("Page.reload", []);

    /// <summary>Returns when an expression is true; fails with what the page shows when it does not become so.</summary>
    public async Task ShowsAsync(string expression, TimeSpan? patience = null)
    {
        var started = TimeProvider.System.GetTimestamp();
        using var look = new PeriodicTimer(s_look);
        while ((await EvaluateAsync($"!!({expression})"))?.GetValue<bool>() != true)
        {
            if (TimeProvider.System.GetElapsedTime(started) > (patience ?? s_patience))
                Assert.Fail($"Waited in vain for {expression}; the page shows: {await EvaluateAsync("document.body.innerText")}{string.Join("; ", devTools.Complaints.Prepend("; the browser says"))}");
            await look.WaitForNextTickAsync(TestContext.Current.CancellationToken);
        }
    }

    public Task HasAsync(string selector) => ShowsAsync($"document.querySelector('{selector}')");

    public Task HasTextAsync(string selector, string text) => ShowsAsync($"document.querySelector('{selector}')?.textContent.includes({Quote(text)})");

    public async Task<string> TextAsync(string selector) => (await EvaluateAsync($"document.querySelector('{selector}').textContent"))!.GetValue<string>();

    public async Task<string> StringAsync(string expression) => (await EvaluateAsync(expression))!.GetValue<string>();

    public async Task<int> NumberAsync(string expression) => (await EvaluateAsync(expression))!.GetValue<int>();

    /// <summary>Time since the page was opened.</summary>
    public async Task<double> MillisecondsAsync() => (await EvaluateAsync("performance.now()"))!.GetValue<double>();

    public Task ClickAsync(string selector) => EvaluateAsync($"document.querySelector('{selector}').click()");

    /// <summary>Waits for an element and clicks it.</summary>
    public async Task PressAsync(string selector)
    {
        await ShowsAsync($"document.querySelector('{selector}') && !document.querySelector('{selector}').disabled");
        await ClickAsync(selector);
    }

    public Task TypeAsync(string selector, string text) => EvaluateAsync(
        $"(input => {{ input.value = {Quote(text)}; input.dispatchEvent(new Event('change')); }})(document.querySelector('{selector}'))");

    /// <summary>Replaces what a field holds, as by the keyboard.</summary>
    public async Task WriteAsync(string selector, string text)
    {
        await HasAsync(selector);
        await EvaluateAsync($"(field => {{ field.focus(); field.select?.(); }})(document.querySelector('{selector}'))");
        await CallAsync("Input.insertText", new() { ["text"] = text });
    }

    /// <summary>Presses and releases a key.</summary>
    public async Task KeyAsync(string key)
    {
        foreach (var type in new[] { "keyDown", "keyUp" })
        {
            var parameters = new JsonObject { ["type"] = type, ["key"] = key };
            if (s_keys.TryGetValue(key, out var code)) parameters["windowsVirtualKeyCode"] = code;
            else parameters["text"] = type == "keyDown" ? key : "";
            if (key == "Enter" && type == "keyDown") parameters["text"] = "\r";
            await CallAsync("Input.dispatchKeyEvent", parameters);
        }
    }

    /// <summary>Chooses a file.</summary>
    public async Task ChooseAsync(string selector, string path)
    {
        await HasAsync(selector);

        // As a click on it would do, so that the same file can be chosen again.
        await EvaluateAsync($"document.querySelector('{selector}').value = ''");
        var document = await CallAsync("DOM.getDocument", []);
        var found = await CallAsync("DOM.querySelector", new() { ["nodeId"] = document["root"]!["nodeId"]!.GetValue<int>(), ["selector"] = selector });
        await CallAsync("DOM.setFileInputFiles", new() { ["nodeId"] = found["nodeId"]!.GetValue<int>(), ["files"] = new JsonArray(path) });
    }

    /// <summary>Size of the page, and whether the device is set to dark colours.</summary>
    public async Task LookAsync(int width, int height, bool isDark = false)
    {
        await CallAsync("Emulation.setDeviceMetricsOverride", new() { ["width"] = width, ["height"] = height, ["deviceScaleFactor"] = 1, ["mobile"] = false });
        await CallAsync("Emulation.setEmulatedMedia", new() { ["features"] = new JsonArray(new JsonObject { ["name"] = "prefers-color-scheme", ["value"] = isDark ? "dark" : "light" }) });
    }

    /// <summary>What the page looks like, as PNG.</summary>
    public async Task<byte[]> PictureAsync() => Convert.FromBase64String((await CallAsync("Page.captureScreenshot", new() { ["format"] = "png" }))["data"]!.GetValue<string>());

    /// <summary>Runs a script in each page before its own.</summary>
    public async Task BeforehandAsync(string script)
    {
        await CallAsync("Page.enable", []);
        await CallAsync("Page.addScriptToEvaluateOnNewDocument", new() { ["source"] = script });
    }

    /// <summary>Lets pages call a function here: <c>window[name](text)</c> has it run with the text.</summary>
    public async Task ServeAsync(string name, Func<string, Task> serve)
    {
        devTools.Called += async (called, payload, from) =>
        {
            if (called == name && from == session) await serve(payload);
        };
        await CallAsync("Runtime.enable", []);
        await CallAsync("Runtime.addBinding", new() { ["name"] = name });
    }

    /// <summary>An expression's value, awaited; null when it has none, or failed because the page was not that far.</summary>
    public async Task<JsonNode?> EvaluateAsync(string expression)
    {
        var answer = await CallAsync("Runtime.evaluate", new() { ["expression"] = expression, ["returnByValue"] = true, ["awaitPromise"] = true });
        return answer["exceptionDetails"] is null ? answer["result"]!["value"] : null;
    }

    /// <summary>A text as a JavaScript literal.</summary>
    public static string Quote(string text) => JsonValue.Create(text).ToJsonString();
}
