using Xmtp.Bots.Routing;

namespace Xmtp.Bots.Tests;

public sealed class BotCommandTests
{
    [Theory]
    [InlineData("/a", "/a", true)]
    [InlineData("/a", " /A  x", true)]
    [InlineData("/a", "/ab", false)]
    [InlineData("/a", "say /a", false)]
    public void Matches_Text_LooksAtTheFirstWord(string pattern, string text, bool expected) => Assert.Equal(expected, Command(pattern).Matches(text));

    [Theory]
    [InlineData("/a [x] [y]", "/a", "")]
    [InlineData("/a [x] [y]", "/a 1  2", "1|2")]
    [InlineData("/a [x] [y]", "/a \"1 2\" “3 4”", "1 2|3 4")]
    [InlineData("/a <x> [rest…]", "/a 1 2 \"3 4\" ", "1|2 \"3 4\"")]
    [InlineData("/a <x> [rest…]", "/a 1", "1")]
    [InlineData("/a <x>", "/a \"never closed", "never closed")]
    public void Parse_Text_SplitsArguments(string pattern, string text, string expected) => Assert.Equal(expected, string.Join('|', Command(pattern).Parse(text)));

    [Theory]
    [InlineData("/a <x>", "/a", "x is missing.")]
    [InlineData("/a", "/a 1", "That is more than I understand.")]
    public void Parse_WrongCount_SaysSo(string pattern, string text, string expected) =>
        Assert.Equal(expected, Assert.Throws<CommandUsageException>(() => Command(pattern).Parse(text)).Message);

    [Theory]
    [InlineData(" ")]
    [InlineData("/a x")]
    [InlineData("/a [x] <y>")]
    [InlineData("/a <>")]
    public void Pattern_Wrong_IsRefused(string pattern) => Assert.Throws<ArgumentException>(() => Command(pattern));

    [Fact]
    public void Table_SameCommandTwice_IsRefused()
    {
        var table = new BotTable();
        table.Add(Command("/a"));
        Assert.Throws<ArgumentException>(() => table.Add(Command("/A <x>")));
    }

    private static BotCommand Command(string pattern) => new(pattern, "", static _ => Task.CompletedTask);
}
