using Xmtp.Interop.JavaScript;
using Xmtp.TestSupport;

namespace Xmtp.Inbox.Tests.Pages;

/// <summary>Every screen, as axe sees it, in light and dark, wide and narrow; and the pictures of it that the documentation shows.</summary>
public class AccessibilityTests
{
    [Fact]
    public async Task Screens_All_HaveNoViolation()
    {
        JavaScriptPackages.Require();
        await using var world = await InboxWorld.StartAsync(nodes: 3);
        var ann = await world.OpenAsync();
        await ann.Page.HasAsync("#throw-away");
        await CheckAsync(ann, "inbox-welcome");
        await ann.SignUpAsync();
        await CheckAsync(ann, "inbox-empty");

        var bob = await world.ClientAsync();
        await ann.BeginAsync(bob.Address.ToString());
        await ann.SendAsync("Shall we meet at noon?");
        var conversation = Assert.Single(await bob.Conversations.ListAsync(cancellationToken: TestContext.Current.CancellationToken));
        await conversation.SendAsync(new ContentTypes.Markdown("Yes: **noon**, at the *usual* place. [Map](https://example.org/map)"), TestContext.Current.CancellationToken);
        await ann.ShowsAsync("usual");
        await ann.AtMessageAsync("usual", "[aria-label=React]");
        await CheckAsync(ann, "inbox-reaction");
        await ann.AtMessageAsync("usual", ".choice button:nth-child(2)");
        await ann.Page.HasAsync(".reactions");
        var carl = await world.ClientAsync();
        await (await carl.Conversations.NewConversationAsync(ann.Account, cancellationToken: TestContext.Current.CancellationToken)).SendAsync("You do not know me", TestContext.Current.CancellationToken);
        await ann.Page.HasTextAsync("#folder-requests", "1");
        await CheckAsync(ann, "inbox-wide");
        await ann.Page.LookAsync(1280, 800, isDark: true);
        await CheckAsync(ann, "inbox-dark");
        await ann.Page.LookAsync(390, 780);
        await CheckAsync(ann, "inbox-narrow");
        await ann.Page.LookAsync(1280, 800);

        foreach (var (button, name) in new[] { ("#account", "inbox-account"), ("#settings", "inbox-settings"), ("#new-conversation", "inbox-new") })
        {
            await ann.Page.PressAsync(button);
            await ann.Page.HasAsync("dialog[open]");
            await CheckAsync(ann, name);
            await ann.Page.KeyAsync("Escape");
            await ann.Page.ShowsAsync("!document.querySelector('dialog')");
        }

        await ann.Page.PressAsync("#developer");
        await ann.Page.HasAsync(".developer table");
        await CheckAsync(ann, "inbox-developer");
        await ann.Page.PressAsync("#developer");
        await ann.ChooseAsync("requests", carl.Address.ToString());
        await ann.Page.HasAsync("#allow");
        await CheckAsync(ann, "inbox-request");
        await ann.GoAsync("#/network");
        await ann.Page.ShowsAsync("document.querySelectorAll('.mesh circle').length == 3");
        await CheckAsync(ann, "network");
    }

    private static async Task CheckAsync(InboxPage inbox, string name)
    {
        // What appears does so by itself; axe looks at colours as they are at the moment.
        await inbox.Page.EvaluateAsync("Promise.all(document.getAnimations().map(animation => animation.finished))");
        await File.WriteAllBytesAsync(Path.Combine(Pictures().FullName, $"{name}.png"), await inbox.Page.PictureAsync(), TestContext.Current.CancellationToken);
        await inbox.Page.EvaluateAsync(await File.ReadAllTextAsync(Path.Combine(JavaScriptPackages.Directory, "axe", "node_modules", "axe-core", "axe.min.js"), TestContext.Current.CancellationToken));
        var found = await inbox.Page.EvaluateAsync(
            "axe.run().then(result => result.violations.map(violation => `${violation.id}: ${violation.help} (${violation.nodes.map(node => node.html).join(' | ')})`).join('\\n'))");
        Assert.True(found is not null && found.GetValue<string>().Length == 0, $"{name}: {found}");
    }

    // The documentation's own pictures change only when they are asked to.
    private static DirectoryInfo Pictures() => Directory.CreateDirectory(Environment.GetEnvironmentVariable("XMTP_REGENERATE") == "1"
        ? Path.Combine(Repository.Root, "docs", "images")
        : Path.Combine(Repository.Root, "artifacts", "reports", "images"));
}
