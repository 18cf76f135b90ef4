using Microsoft.JSInterop;

namespace Xmtp.Inbox.Browser;

/// <summary>One of the files under <c>wwwroot/js</c>, loaded when it is used first.</summary>
internal sealed class ScriptModule(IJSRuntime scripts, string file)
{
    private Task<IJSObjectReference>? _loading;

    public async Task<T> CallAsync<T>(string function, params object?[] arguments) => await (await LoadAsync()).InvokeAsync<T>(function, arguments);

    public async Task CallAsync(string function, params object?[] arguments) => await (await LoadAsync()).InvokeVoidAsync(function, arguments);

    // A failed attempt, as offline, is not kept.
    private Task<IJSObjectReference> LoadAsync() =>
        _loading is { IsFaulted: false } ? _loading : _loading = scripts.InvokeAsync<IJSObjectReference>("import", $"./js/{file}").AsTask();
}
