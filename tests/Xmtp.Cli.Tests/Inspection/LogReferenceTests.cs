using Xmtp.Cli.Inspection;
using Xmtp.Cli.Nodes;
using Xmtp.Cli.Tests.Nodes;
using Xmtp.Node.Core.Keys;

namespace Xmtp.Cli.Tests.Inspection;

public class LogReferenceTests
{
    [Fact]
    public void FindIn_HashOrName_FindsTheOneThatIsMeant()
    {
        using NodeKey one = NodeKey.Generate(), two = NodeKey.Generate();
        HeldLogState[] logs = [Held(one, 0xabc0), Held(one, 0xabd0), Held(two, 0xabc0)];
        foreach (var log in logs)
        {
            Assert.Same(log, Find(log.Log.ToString(), logs));
            Assert.Same(log, Find(log.Log.ToString()[..20].ToUpperInvariant(), logs));
            Assert.Same(log, Find(log.Name.ToString(), logs));
            Assert.True(LogReference.TryParseEntry($"{log.Name}/17", out var reference, out var sequence));
            Assert.Equal((log, 17UL), (reference.FindIn(logs), sequence));
        }
    }

    [Fact]
    public void FindIn_SeveralOrNone_IsRefused()
    {
        using var node = NodeKey.Generate();
        HeldLogState[] logs = [Held(node, 0xabc0), Held(node, 0xabd0)];
        Assert.Contains("can be 2 logs", Assert.Throws<InspectException>(() => Find($"{node.Id.ToShortString()}/0/000000000000ab", logs)).Message, StringComparison.Ordinal);
        Assert.Contains("holds no log", Assert.Throws<InspectException>(() => Find($"{node.Id.ToShortString()}/1/0", logs)).Message, StringComparison.Ordinal);
        Assert.Contains("holds no log", Assert.Throws<InspectException>(() => Find(new string('0', 64), logs)).Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("")]
    [InlineData("xyz")]
    [InlineData("ab/0")]
    [InlineData("ab/-1/0")]
    [InlineData("ab/0/00000000000000000")]
    [InlineData("/0/0")]
    [InlineData("ab/0/0/1")]
    public void TryParse_NoLog_IsRefused(string text) => Assert.False(LogReference.TryParse(text, out _));

    [Theory]
    [InlineData("ab")]
    [InlineData("ab/0")]
    [InlineData("ab/-3")]
    [InlineData("/3")]
    [InlineData("ab/0/0")]
    [InlineData("ab/99999999999999999999")]
    public void TryParseEntry_NoEntry_IsRefused(string text) => Assert.False(LogReference.TryParseEntry(text, out _, out _));

    private static HeldLogState Find(string text, HeldLogState[] logs) =>
        LogReference.TryParse(text, out var reference) ? reference.FindIn(logs) : throw new InvalidOperationException($"{text} is no log");

    private static HeldLogState Held(NodeKey key, ulong incarnation) => new HeadListReader().Read(new FakeLog(key, incarnation).AppendMany(1).State(), out _)!;
}
