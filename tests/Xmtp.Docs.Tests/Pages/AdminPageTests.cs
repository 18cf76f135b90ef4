using System.Reflection;
using System.Text.Json;
using Xmtp.Docs.Tests.Markdown;
using Xmtp.Node.Admin;
using Xmtp.Node.Options;
using Xmtp.TestNetwork;

namespace Xmtp.Docs.Tests.Pages;

/// <summary>The page about the admin port against the port itself.</summary>
public class AdminPageTests
{
    private static MarkdownFile Page { get; } = MarkdownFile.Get("docs/reference/admin.md");

    [Fact]
    public async Task Routes_OfARunningNode_AreThoseOfThePage()
    {
        await using var node = await TestNode.StartAsync(static options => options with { Store = StoreKind.Memory, Admin = options.Admin with { Port = 0 } });
        var routes = node.Host.AdminRoutes;
        Assert.NotEmpty(routes);
        Assert.Equal(routes.Select(static route => (route.Method, route.Path)), Page.Rows("## Routes").Select(static cells => (cells[0], Plain(cells[1]).Split('?')[0])));
    }

    [Fact]
    public void Members_OfTheForms_AreThoseOfThePage() => Assert.Equal(
        Forms().Select(static form => (form.Name, string.Join(", ", form.GetProperties().Select(static property => JsonNamingPolicy.CamelCase.ConvertName(property.Name))))),
        Page.Rows("## Members").Select(static cells => (Plain(cells[0]), Plain(cells[1]))));

    [Fact]
    public void Forms_InTheRoutes_AreExplained()
    {
        var named = Page.Rows("## Routes").SelectMany(static cells => cells.Skip(3)).Where(static cell => cell.StartsWith('`')).Select(Plain);
        Assert.Subset(Forms().Select(static form => form.Name).ToHashSet(), named.ToHashSet());
    }

    /// <summary>In the order of their source.</summary>
    private static IEnumerable<Type> Forms() => typeof(NodeStatus).Assembly.GetTypes()
        .Where(static type => type.Namespace == typeof(NodeStatus).Namespace && type.GetMethod("<Clone>$", BindingFlags.Public | BindingFlags.Instance) is not null && type != typeof(AdminRoute))
        .OrderBy(static type => type.MetadataToken);

    private static string Plain(string cell) => cell.Replace("`", "", StringComparison.Ordinal);
}
