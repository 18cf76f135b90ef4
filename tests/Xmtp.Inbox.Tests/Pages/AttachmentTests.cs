using System.Security.Cryptography;
using Xmtp.ContentTypes;

namespace Xmtp.Inbox.Tests.Pages;

/// <summary>Files in messages, and files that are too large for them.</summary>
public class AttachmentTests
{
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
}
