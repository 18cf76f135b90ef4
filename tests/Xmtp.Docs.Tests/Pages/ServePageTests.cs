using System.Reflection;
using System.Text.Json;
using Xmtp.Cli.Serving;
using Xmtp.Docs.Tests.Markdown;

namespace Xmtp.Docs.Tests.Pages;

/// <summary>What the page of the local server says, against its types.</summary>
public class ServePageTests
{
    private static MarkdownFile Page { get; } = MarkdownFile.Get("docs/reference/serve.md");

    [Theory]
    [InlineData("account", typeof(NoParams), typeof(AccountResult))]
    [InlineData("conversations.list", typeof(ListParams), typeof(ConversationsResult))]
    [InlineData("conversations.open", typeof(ConversationParams), null)]
    [InlineData("conversations.markRead", typeof(ConversationParams), typeof(DoneResult))]
    [InlineData("messages.list", typeof(MessagesParams), typeof(MessagesResult))]
    [InlineData("messages.find", typeof(FindParams), typeof(FindResult))]
    [InlineData("messages.send", typeof(SendParams), null)]
    [InlineData("consent.list", typeof(NoParams), typeof(ConsentResult))]
    [InlineData("consent.get", typeof(AddressesParams), typeof(ConsentResult))]
    [InlineData("consent.set", typeof(DecideParams), typeof(ConsentResult))]
    [InlineData("contacts.canMessage", typeof(AddressesParams), typeof(CanMessageResult))]
    [InlineData("events.subscribe", typeof(SubscribeParams), typeof(SubscribeResult))]
    [InlineData("events.unsubscribe", typeof(UnsubscribeParams), typeof(DoneResult))]
    [InlineData("inbox.state", typeof(NoParams), null)]
    [InlineData("inbox.sync", typeof(NoParams), null)]
    public void Methods_Members_AreThoseOfTheirTypes(string method, Type parameters, Type? result)
    {
        var cells = Page.Rows("## Methods").Single(row => row[0].Trim('`') == method);
        Assert.Equal(Members(parameters), Names(cells[1]));
        if (result is not null) Assert.Equal(Members(result), Names(cells[2]).Take(Members(result).Count));
    }

    [Fact]
    public void Methods_OfTheServer_AreListed()
    {
        var tested = GetType().GetMethod(nameof(Methods_Members_AreThoseOfTheirTypes))!.GetCustomAttributes<InlineDataAttribute>().Select(static row => (string)row.Data[0]!).ToList();
        Assert.Equal(tested, Page.Rows("## Methods").Select(static row => row[0].Trim('`')));
    }

    [Fact]
    public void Events_Members_AreListed() => Assert.Contains(
        $"Members: {string.Join(", ", Members(typeof(EventForm)).Select(static name => $"`{name}`"))}.", string.Join(' ', Page.Lines), StringComparison.Ordinal);

    private static List<string> Members(Type type) => [.. type.GetProperties().Select(static property => JsonNamingPolicy.CamelCase.ConvertName(property.Name))];

    private static List<string> Names(string cell) => [.. cell.Split('`').Where(static (_, i) => i % 2 == 1)];
}
