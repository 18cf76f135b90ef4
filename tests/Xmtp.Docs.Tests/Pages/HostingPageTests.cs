using System.Globalization;
using System.Reflection;
using Xmtp.Bots;
using Xmtp.Docs.Tests.Markdown;
using Xmtp.Extensions.Hosting;

namespace Xmtp.Docs.Tests.Pages;

/// <summary>The options that the guides to bots and to hosting list, against the code.</summary>
public class HostingPageTests
{
    [Fact]
    public void Options_OfAnAccount_AreListed() => Assert.Equal(
        Options(typeof(XmtpAccountOptions)),
        MarkdownFile.Get("docs/guides/hosting.md").Rows("## Configuration").Select(static cells => cells[0].Trim('`')));

    [Fact]
    public void Options_OfABot_AreListedWithTheirDefaults()
    {
        var rows = MarkdownFile.Get("docs/guides/bots.md").Rows("## Options").ToList();
        var defaults = new BotOptions();
        Assert.Equal(Options(typeof(BotOptions)), rows.Select(static cells => cells[0].Trim('`')));
        Assert.Equal(
            [
                $"{defaults.Parallelism}", $"{defaults.WaitingMax}", $"{defaults.MessagesPerPeer}", $"{defaults.PeerWindow.TotalMinutes} minute",
                $"{defaults.HandlerTimeout.TotalMinutes} minutes", defaults.Help.ToString(CultureInfo.InvariantCulture).ToLowerInvariant(),
            ],
            rows.Select(static cells => cells[1]));
    }

    // In the order of the code.
    private static IEnumerable<string> Options(Type type) => type.GetProperties(BindingFlags.Public | BindingFlags.Instance).Select(static property => property.Name);
}
