using Microsoft.AspNetCore.Components;
using Microsoft.JSInterop;
using Xmtp.Inbox.Conversations;

namespace Xmtp.Inbox.Messages;

/// <summary>A conversation's messages. Holds a bounded part of them as elements, and moves it when the reader nears an end.</summary>
public sealed partial class TimelineView
{
    private ElementReference _scroller;
    private IJSObjectReference? _scrolling;
    private DotNetObjectReference<TimelineView>? _self;
    private string? _shown;

    /// <summary>The account.</summary>
    [Parameter, EditorRequired]
    public required Mailbox Mailbox { get; set; }

    /// <summary>The conversation.</summary>
    [Parameter, EditorRequired]
    public required Timeline Timeline { get; set; }

    /// <summary>The id of a message to go to.</summary>
    [Parameter]
    public string? ShownMessage { get; set; }

    /// <summary>The user answers a message.</summary>
    [Parameter]
    public EventCallback<TimelineItem> OnReply { get; set; }

    /// <summary>The reader nears an end of what is there.</summary>
    /// <returns>Whether there was more.</returns>
    [JSInvokable]
    public async Task<bool> ExtendAsync(bool toOlder)
    {
        var isMoved = await Timeline.ExtendAsync(toOlder);
        if (isMoved) StateHasChanged();
        return isMoved;
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        if (_scrolling is not null)
        {
            await _scrolling.InvokeVoidAsync("detach");
            await _scrolling.DisposeAsync();
        }

        _self?.Dispose();
    }

    /// <inheritdoc/>
    protected override async Task OnAfterRenderAsync(bool firstRender)
    {
        if (firstRender)
        {
            _self = DotNetObjectReference.Create(this);
            _scrolling = await Page.AttachTimelineAsync(_scroller, _self);
        }

        if (ShownMessage is null || ShownMessage == _shown || _scrolling is null) return;
        _shown = ShownMessage;
        await ShowAsync(ShownMessage);
    }

    private async Task ShowAsync(string id)
    {
        if (_scrolling is null) return;
        if (await _scrolling.InvokeAsync<bool>("show", $"m-{id}")) return;
        if (!await Timeline.ShowAsync(id)) return;
        await _scrolling.InvokeVoidAsync("release");
        StateHasChanged();
        await Task.Yield();
        await _scrolling.InvokeAsync<bool>("show", $"m-{id}");
    }

    private async Task ToEndAsync()
    {
        Timeline.ToEnd();
        StateHasChanged();
        await Task.Yield();
        if (_scrolling is not null) await _scrolling.InvokeVoidAsync("toEnd");
    }
}
