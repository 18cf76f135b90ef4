using System.Globalization;
using System.Security.Cryptography;
using Xmtp.ContentTypes;
using Xmtp.TestSupport;

namespace Xmtp.Inbox.Tests.Pages;

/// <summary>Files in messages, and files that are too large for them.</summary>
public class AttachmentTests
{
    private const string Failures = "[...document.querySelectorAll('.failure')].map(alert => alert.textContent).join('; ')";

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Attach_Picture_IsShownToTheOther()
    {
        await using var world = await InboxWorld.StartAsync();
        var ann = await (await world.OpenAsync()).SignUpAsync();
        var bob = await world.ClientAsync();
        var picture = Path.Combine(world.Node.DataDirectory, "tiny.png");
        var bytes = await ann.Page.PictureAsync();
        await File.WriteAllBytesAsync(picture, bytes, Cancellation);
        await using var arriving = await bob.Conversations.StreamAllMessagesAsync(Cancellation);
        await ann.BeginAsync(bob.Address.ToString());
        await ann.Page.ChooseAsync("#attach", picture);
        await ann.Page.HasTextAsync(".replying", "tiny.png");
        await ann.Page.PressAsync("#send");
        await ann.Page.ShowsAsync("document.querySelector('.attachment img')?.naturalWidth > 0");
        await foreach (var message in arriving.WithCancellation(Cancellation))
        {
            var attachment = Assert.IsType<Attachment>(message.Content);
            Assert.Equal(("tiny.png", "image/png"), (attachment.FileName, attachment.MimeType));
            Assert.Equal(bytes, attachment.Data);

            // What only looks like a picture is a file to be saved, nothing that the browser opens.
            await message.Conversation.SendAsync(new Attachment("evil.svg", "image/svg+xml", "<svg xmlns='http://www.w3.org/2000/svg' onload='alert(1)'/>"u8.ToArray()), Cancellation);
            break;
        }

        await ann.ShowsAsync("evil.svg");
        Assert.Equal(1, await ann.Page.NumberAsync("document.querySelectorAll('.attachment img').length"));
    }

    [Fact]
    public async Task Attach_LargeFile_GoesToTheUploadFolderAndComesBack()
    {
        await using var world = await InboxWorld.StartAsync();
        await using var folder = await UploadFolder.StartAsync();
        var ann = await (await world.OpenAsync()).SignUpAsync();
        var bob = await (await world.OpenAsync()).SignUpAsync();
        var file = Path.Combine(world.Node.DataDirectory, "large.bin");
        await File.WriteAllBytesAsync(file, RandomNumberGenerator.GetBytes(2 << 20), Cancellation);

        await ann.BeginAsync(bob.Account);
        await ann.Page.ChooseAsync("#attach", file);
        await ann.Page.HasTextAsync("[role=alert]", "Name a place for larger files");
        await ann.Page.PressAsync("#settings");
        await ann.Page.WriteAsync("#upload", folder.Address.ToString());
        await ann.Page.PressAsync("#save-settings");
        await ann.Page.ChooseAsync("#attach", file);
        await ann.Page.HasTextAsync(".replying", "large.bin");
        await ann.Page.PressAsync("#send");
        await ann.ShowsAsync("large.bin");
        var stored = Assert.Single(folder.Files);
        Assert.NotEqual(await File.ReadAllBytesAsync(file, Cancellation), stored.Value);

        await bob.ChooseAsync("requests", ann.Account);
        await bob.ShowsAsync("large.bin");
        await bob.Page.PressAsync(".attachment .load");
        await bob.Page.HasTextAsync(".attachment:not(.remote) figcaption", "2 MiB");
    }

    [Fact]
    public async Task Attach_SlowServer_ShowsHowFarItIsAndCanBeBrokenOff()
    {
        await using var world = await InboxWorld.StartAsync();
        await using var folder = await UploadFolder.StartAsync();
        var ann = await (await world.OpenAsync()).SignUpAsync();
        var bob = await world.ClientAsync();
        var file = Path.Combine(world.Node.DataDirectory, "large.bin");
        await File.WriteAllBytesAsync(file, RandomNumberGenerator.GetBytes(4 << 20), Cancellation);
        await ann.BeginAsync(bob.Address.ToString());
        await ann.Page.PressAsync("#settings");
        await ann.Page.WriteAsync("#upload", folder.Address.ToString());
        await ann.Page.PressAsync("#save-settings");
        await ann.Page.ChooseAsync("#attach", file);
        await ann.Page.HasTextAsync(".replying", "large.bin");

        using var uploads = folder.Permits = new SemaphoreSlim(0);
        await ann.Page.PressAsync("#send");
        await GrowsAsync(ann, ".composer progress", uploads);
        await ann.Page.PressAsync("#cancel-upload");
        await ann.Page.ShowsAsync("!document.querySelector('progress')");
        await Eventually.TrueAsync(() => folder.Broken == 1, "the upload to be broken off");
        Assert.Empty(folder.Files);
        await ann.Page.HasTextAsync(".replying", "large.bin");
        Assert.Equal("", await ann.Page.StringAsync(Failures));
        Assert.Equal(0, await ann.Page.NumberAsync("document.querySelectorAll('.message').length"));

        // What was broken off, or not taken, can be sent after all.
        (folder.Permits, folder.IsClosed) = (null, true);
        await ann.Page.PressAsync("#send");
        await ann.Page.HasTextAsync(".composer [role=alert]", "answered 403");
        folder.IsClosed = false;
        await ann.Page.PressAsync("#send");
        await ann.ShowsAsync("large.bin");
        Assert.Single(folder.Files);

        using var downloads = folder.Permits = new SemaphoreSlim(0);
        await ann.Page.PressAsync(".attachment .load");
        await GrowsAsync(ann, ".attachment progress", downloads);
        await ann.Page.PressAsync(".attachment .cancel");
        await ann.Page.HasAsync(".attachment .load");
        await Eventually.TrueAsync(() => folder.Broken == 2, "the download to be broken off");
        Assert.Equal("", await ann.Page.StringAsync(Failures));
        folder.Permits = null;
        await ann.Page.PressAsync(".attachment .load");
        await ann.Page.HasTextAsync(".attachment:not(.remote) figcaption", "4 MiB");
    }

    // Somewhere between nothing and all of it, and further when the server lets it go on.
    private static async Task GrowsAsync(InboxPage page, string bar, SemaphoreSlim permits)
    {
        await page.Page.ShowsAsync($"(bar => bar?.position > 0 && bar.position < 1)(document.querySelector('{bar}'))");
        var far = (await page.Page.EvaluateAsync($"document.querySelector('{bar}').position"))!.GetValue<double>();
        permits.Release(2);
        await page.Page.ShowsAsync($"(bar => bar?.position > {far.ToString(CultureInfo.InvariantCulture)} && bar.position < 1)(document.querySelector('{bar}'))");
    }
}
