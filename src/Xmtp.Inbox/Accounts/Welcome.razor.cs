using Microsoft.AspNetCore.Components;
using Microsoft.AspNetCore.Components.Forms;
using Xmtp.Cryptography.WalletFiles;
using Xmtp.Identity;
using Xmtp.Inbox.Conversations;
using Xmtp.Inbox.Shared;

namespace Xmtp.Inbox.Accounts;

/// <summary>The ways to an account: one that was here before, a wallet, a key file, a throw-away one.</summary>
public sealed partial class Welcome
{
    private static readonly TimeSpan s_extensionsDelay = TimeSpan.FromMilliseconds(300);
    private static readonly TimeSpan s_turn = TimeSpan.FromMilliseconds(1);

    private IReadOnlyList<(string Id, string Name)> _wallets = [];
    private KnownAccount? _locked;
    private KnownAccount? _forgetting;
    private byte[]? _keyFile;
    private string _passphrase = "";
    private string _devicePassphrase = "";
    private string _status = "";
    private string? _failure;
    private bool _isBusy;

    /// <summary>Takes the account that was opened.</summary>
    [Parameter, EditorRequired]
    public EventCallback<Mailbox> OnOpened { get; set; }

    /// <summary>Why the account used last did not open by itself.</summary>
    [Parameter]
    public string? Failure { get; set; }

    private string? DevicePassphrase => _devicePassphrase.Length > 0 ? _devicePassphrase : null;

    /// <inheritdoc/>
    protected override async Task OnInitializedAsync()
    {
        if (Book.Accounts is [{ HasPassphrase: true } last, ..]) _locked = last;

        // Extensions come up a moment after the page.
        _wallets = await Wallets.ListAsync();
        await Task.Delay(s_extensionsDelay, Time);
        _wallets = await Wallets.ListAsync();
    }

    private static string Describe(KnownAccount account) => account.Kind switch
    {
        AccountKind.ThrowAway => "throw-away account",
        AccountKind.KeyFile => "from a key file",
        _ => "from a wallet",
    } + (account.HasPassphrase ? ", locked" : "");

    private async Task OpenKnownAsync(KnownAccount account)
    {
        if (account.HasPassphrase) _locked = account;
        else await TryAsync("Opening your messages …", () => Opener.OpenAsync(account));
    }

    private Task UnlockAsync() => TryAsync("Opening your messages …", () => Opener.OpenAsync(_locked!, _passphrase));

    private Task ThrowAwayAsync() => TryAsync("Making an account …", async () =>
    {
        using var wallet = PrivateKeyWallet.Generate();
        var key = wallet.Export();
        try
        {
            return await Opener.CreateAsync(wallet, AccountKind.ThrowAway, DevicePassphrase, key);
        }
        finally
        {
            Array.Clear(key);
        }
    });

    private Task SignInAsync(string wallet) => TryAsync("Your wallet asks you to sign …", async () => await Opener.CreateAsync(await Wallets.ConnectAsync(wallet), AccountKind.Wallet, DevicePassphrase));

    private async Task TakeKeyFileAsync(InputFileChangeEventArgs args)
    {
        _failure = args.File.Size > WalletFile.LengthMaxBytes ? $"{args.File.Name} is too large for a key file." : null;
        if (_failure is not null) return;
        using var content = new MemoryStream();
        await using var stream = args.File.OpenReadStream(WalletFile.LengthMaxBytes);
        await stream.CopyToAsync(content);
        _keyFile = content.ToArray();
    }

    private Task OpenKeyFileAsync() => TryAsync("Opening the key file …", async () =>
    {
        using var wallet = await KeyFiles.OpenAsync(_keyFile!, _passphrase);
        return await Opener.CreateAsync(wallet, AccountKind.KeyFile, DevicePassphrase);
    });

    private async Task ForgetAsync()
    {
        var account = _forgetting!;
        (_forgetting, _locked) = (null, _locked == account ? null : _locked);
        try
        {
            await Opener.ForgetAsync(account);
        }
        catch (Exception failure) when (Failures.IsExpected(failure))
        {
            _failure = Failures.Describe(failure);
        }
    }

    private async Task TryAsync(string status, Func<Task<Mailbox>> open)
    {
        (_isBusy, _status, _failure) = (true, status, null);
        StateHasChanged();

        // What follows keeps the browser busy: the line that says so comes first.
        await Task.Delay(s_turn, Time);
        try
        {
            await OnOpened.InvokeAsync(await open());
        }
        catch (Exception failure) when (Failures.IsExpected(failure))
        {
            _failure = Failures.Describe(failure);
        }
        finally
        {
            (_isBusy, _status) = (false, "");
        }
    }
}
