using Xmtp.Cryptography.WalletFiles;
using Xmtp.Identity;

namespace Xmtp.Inbox.Tests.Pages;

/// <summary>The ways to an account, and several of them on one device.</summary>
public class AccountTests
{
    [Fact]
    public async Task SignIn_InjectedWallet_OpensItsAccount()
    {
        await using var world = await InboxWorld.StartAsync();
        using var wallet = PrivateKeyWallet.Generate();
        var page = await (await world.BrowserAsync()).NewPageAsync();
        await InjectedWallet.PutIntoAsync(page, wallet);
        var inbox = new InboxPage(page, world.Node.HttpAddress);
        await page.GoAsync(world.Node.HttpAddress);
        await page.PressAsync(".wallet");
        await inbox.IsOpenAsync();
        Assert.Equal(wallet.Address.ToString(), inbox.Account);

        var bob = await world.ClientAsync();
        await inbox.BeginAsync(bob.Address.ToString());
        await inbox.SendAsync("Signed by a wallet");
        await inbox.Page.HasAsync(".message[data-delivery=Sent]");
    }

    [Fact]
    public async Task SignIn_KeyFile_OpensItsAccount()
    {
        await using var world = await InboxWorld.StartAsync();
        using var wallet = PrivateKeyWallet.Generate();
        var path = Path.Combine(world.Node.DataDirectory, "wallet.json");

        // As cheap to guess as tests are impatient; that costly ones open is a matter of time alone.
        await File.WriteAllBytesAsync(path, WalletFile.Encrypt(wallet.Export(), wallet.Address, "correct horse", cost: 1 << 10), TestContext.Current.CancellationToken);
        var ann = await world.OpenAsync();
        await ann.Page.PressAsync("#throw-away + p ~ details summary");
        await ann.Page.ChooseAsync("#key-file", path);
        await ann.Page.WriteAsync("#key-file-passphrase", "wrong horse");
        await ann.Page.KeyAsync("Enter");
        await ann.Page.HasTextAsync("[role=alert]", "passphrase is wrong");
        await ann.Page.WriteAsync("#key-file-passphrase", "correct horse");
        await ann.Page.KeyAsync("Enter");
        await ann.IsOpenAsync();
        Assert.Equal(wallet.Address.ToString(), ann.Account);
    }

    [Fact]
    public async Task Accounts_Several_AreKeptApart()
    {
        await using var world = await InboxWorld.StartAsync();
        var inbox = await (await world.OpenAsync()).SignUpAsync();
        var first = inbox.Account;
        var bob = await world.ClientAsync();
        await inbox.BeginAsync(bob.Address.ToString());
        await inbox.SendAsync("From the first account");

        // The second one asks for a passphrase at every start.
        await inbox.Page.PressAsync("#account");
        await inbox.Page.PressAsync("#leave");
        await inbox.Page.PressAsync("details:last-of-type summary");
        await inbox.Page.WriteAsync("#device-passphrase", "open sesame");
        await inbox.SignUpAsync();
        var second = inbox.Account;
        Assert.NotEqual(first, second);
        Assert.Equal(0, await inbox.Page.NumberAsync("document.querySelectorAll('.conversation').length"));

        await inbox.Page.ReloadAsync();
        await inbox.Page.WriteAsync("[autocomplete=current-password]", "open says me");
        await inbox.Page.KeyAsync("Enter");
        await inbox.Page.HasTextAsync("[role=alert]", "passphrase is wrong");
        await inbox.Page.WriteAsync("[autocomplete=current-password]", "open sesame");
        await inbox.Page.KeyAsync("Enter");
        await inbox.IsOpenAsync();
        Assert.Equal(second, inbox.Account);

        await inbox.Page.PressAsync("#account");
        await inbox.Page.PressAsync(".dialog .accounts .account");
        await inbox.Page.ShowsAsync($"document.querySelector('#own-address')?.textContent == '{first}'");
        await inbox.ChooseAsync("inbox", bob.Address.ToString());
        await inbox.ShowsAsync("From the first account");

        // Forgotten: nothing of it is left in the browser.
        await inbox.Page.PressAsync("#account");
        await inbox.Page.PressAsync("#leave");
        await inbox.Page.PressAsync(".accounts li:first-child .quiet");
        await inbox.Page.PressAsync(".dialog .danger");
        await inbox.Page.ShowsAsync("document.querySelectorAll('.accounts li').length == 1");
        await inbox.Page.ShowsAsync($"indexedDB.databases().then(all => all.every(one => !one.name.includes('{first}')))");
    }

    [Fact]
    public async Task ThrowAway_KeyFile_OpensTheSameAccountElsewhere()
    {
        await using var world = await InboxWorld.StartAsync();
        var browser = await world.BrowserAsync();
        var page = await browser.NewPageAsync();

        // The download itself is the browser's; what the page hands to it is looked at here.
        await page.BeforehandAsync("const make = URL.createObjectURL; URL.createObjectURL = blob => { window.saved = blob; return make.call(URL, blob); };");
        var ann = new InboxPage(page, world.Node.HttpAddress);
        await page.GoAsync(world.Node.HttpAddress);
        await ann.SignUpAsync();
        await page.PressAsync("#account");
        await page.WriteAsync("#save-passphrase", "correct horse");
        await page.KeyAsync("Enter");
        await page.HasTextAsync(".dialog [role=status]", "downloads");
        var file = await page.EvaluateAsync("window.saved.text()");
        var key = WalletFile.Decrypt(System.Text.Encoding.UTF8.GetBytes(file!.GetValue<string>()), "correct horse");
        using var wallet = new PrivateKeyWallet(key);
        Assert.Equal(ann.Account, wallet.Address.ToString());
    }

    [Fact]
    public async Task Link_ToAnAccount_BeginsAConversation()
    {
        await using var world = await InboxWorld.StartAsync();
        var ann = await (await world.OpenAsync()).SignUpAsync();
        var bob = await world.ClientAsync();
        await ann.GoAsync($"#/to/{bob.Address}");
        await ann.Page.HasAsync("#peer");
        await ann.Page.ShowsAsync($"document.querySelector('#peer').value == '{bob.Address}'");
        await ann.Page.PressAsync("#begin");
        await ann.Page.HasTextAsync(".peer", InboxPage.Brief(bob.Address.ToString()));
    }

    [Fact]
    public async Task QrCode_OfAnAccount_IsReadFromAPicture()
    {
        await using var world = await InboxWorld.StartAsync();
        var ann = await (await world.OpenAsync()).SignUpAsync();
        var bob = await (await world.OpenAsync()).SignUpAsync();
        await bob.Page.PressAsync("#account");
        await bob.Page.HasAsync(".qr");
        var picture = Path.Combine(world.Node.DataDirectory, "qr.png");
        await File.WriteAllBytesAsync(picture, await bob.Page.PictureAsync(), TestContext.Current.CancellationToken);

        await ann.Page.PressAsync("#new-conversation");
        await ann.Page.ChooseAsync("#qr-picture", picture);
        await ann.Page.ShowsAsync($"document.querySelector('#peer')?.value == '{bob.Account}'");
    }
}
