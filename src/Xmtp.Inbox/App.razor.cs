using Microsoft.AspNetCore.Components.Routing;
using Xmtp.Inbox.Accounts;
using Xmtp.Inbox.Conversations;
using Xmtp.Inbox.Shared;

namespace Xmtp.Inbox;

/// <summary>The page: the operator's view, the account that is open, or the way to one. What comes after # in the address says which.</summary>
public sealed partial class App
{
    private Mailbox? _mailbox;
    private string? _peer;
    private string? _failure;
    private string _status = "Loading …";
    private bool _isNetworkShown;
    private bool _isReady;

    /// <inheritdoc/>
    public void Dispose() => Navigation.LocationChanged -= OnLocationChanged;

    /// <inheritdoc/>
    protected override async Task OnInitializedAsync()
    {
        Navigation.LocationChanged += OnLocationChanged;
        ReadLocation();
        await Settings.LoadAsync();
        await Book.LoadAsync();
        if (Book.Accounts is [{ HasPassphrase: false } last, ..])
        {
            _status = "Opening your messages …";
            try
            {
                await ShowAsync(await Opener.OpenAsync(last));
            }
            catch (Exception failure) when (Failures.IsExpected(failure))
            {
                _failure = Failures.Describe(failure);
            }
        }

        _isReady = true;
    }

    private async Task ShowAsync(Mailbox mailbox)
    {
        (_mailbox, _failure) = (mailbox, null);
        StateHasChanged();
        await mailbox.StartAsync();
    }

    private async Task LeaveAsync()
    {
        if (_mailbox is not { } mailbox) return;
        _mailbox = null;
        StateHasChanged();
        await mailbox.DisposeAsync();
    }

    // Other nodes, or another account: the client begins anew, from the same store.
    private async Task ReopenAsync(KnownAccount account)
    {
        await LeaveAsync();
        try
        {
            await ShowAsync(await Opener.OpenAsync(account));
        }
        catch (Exception failure) when (Failures.IsExpected(failure))
        {
            _failure = account.HasPassphrase ? null : Failures.Describe(failure);
        }
    }

    private void OnLocationChanged(object? sender, LocationChangedEventArgs args)
    {
        ReadLocation();
        StateHasChanged();
    }

    private void ReadLocation()
    {
        var place = new Uri(Navigation.Uri).Fragment;
        _isNetworkShown = place == "#/network";
        _peer = Peers.TryParse(place, out var address) ? address.ToString() : null;
    }
}
