using System.Text.Json.Nodes;
using Xmtp.TestSupport;

namespace Xmtp.Samples.Tests.Browser;

/// <summary>One tab: looks at what a page shows and does what a person would.</summary>
internal sealed class Page(DevTools devTools, string session)
{
    public Task<JsonObject> CallAsync(string method, JsonObject parameters) => devTools.CallAsync(method, parameters, session);

    /// <summary>Returns when an expression is true; fails with what the page shows when it does not become so.</summary>
    public async Task ShowsAsync(string expression)
    {
        try
        {
            await Eventually.TrueAsync(async () => (await EvaluateAsync($"!!({expression})"))?.GetValue<bool>() == true, expression);
        }
        catch (Xunit.Sdk.XunitException failure)
        {
            Assert.Fail($"{failure.Message}; the page shows: {await EvaluateAsync("document.body.innerText")}{string.Join("; ", devTools.Complaints.Prepend("; the browser says"))}");
        }
    }

    public async Task<string> TextAsync(string selector) => (await EvaluateAsync($"document.querySelector('{selector}').textContent"))!.GetValue<string>();

    public async Task<string> StringAsync(string expression) => (await EvaluateAsync(expression))!.GetValue<string>();

    public async Task<int> NumberAsync(string expression) => (await EvaluateAsync(expression))!.GetValue<int>();

    /// <summary>Time since the page was opened.</summary>
    public async Task<double> MillisecondsAsync() => (await EvaluateAsync("performance.now()"))!.GetValue<double>();

    public Task ClickAsync(string selector) => EvaluateAsync($"document.querySelector('{selector}').click()");

    public Task TypeAsync(string selector, string text) => EvaluateAsync(
        $"(input => {{ input.value = '{text}'; input.dispatchEvent(new Event('change')); }})(document.querySelector('{selector}'))");

    /// <summary>An expression's value; null when it has none, or failed because the page was not that far.</summary>
    private async Task<JsonNode?> EvaluateAsync(string expression)
    {
        var answer = await CallAsync("Runtime.evaluate", new() { ["expression"] = expression, ["returnByValue"] = true });
        return answer["exceptionDetails"] is null ? answer["result"]!["value"] : null;
    }
}
