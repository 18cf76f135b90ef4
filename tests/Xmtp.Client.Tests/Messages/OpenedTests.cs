using Xmtp.Client.Messages;

namespace Xmtp.Client.Tests.Messages;

public sealed class OpenedTests
{
    [Fact]
    public void Default_WithNeitherValueNorReason_CountsAsMalformed()
    {
        Opened<string> opened = default;

        Assert.False(opened.TryGet(out var value, out var reason));
        Assert.Null(value);
        Assert.Equal(DropReason.Malformed, reason);
    }

    [Fact]
    public void Conversions_FromValueAndReason_KeepThem()
    {
        Opened<string> opened = "text";
        Assert.True(opened.TryGet(out var value, out var reason));
        Assert.Equal(("text", DropReason.None), (value, reason));

        Opened<string> dropped = DropReason.TopicMismatch;
        Assert.False(dropped.IsOpened);
        Assert.Equal(DropReason.TopicMismatch, dropped.Reason);
    }

    [Fact]
    public void Describe_OfEveryReason_IsASentenceOfItsOwn()
    {
        var texts = Enum.GetValues<DropReason>().Select(static reason => reason.Describe()).ToArray();

        Assert.All(texts, static text => Assert.EndsWith(".", text, StringComparison.Ordinal));
        Assert.Equal(texts.Length, texts.Distinct().Count());
        Assert.Throws<ArgumentOutOfRangeException>(() => ((DropReason)999).Describe());
    }
}
