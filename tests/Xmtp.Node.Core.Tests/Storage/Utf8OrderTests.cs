using System.Text;
using Xmtp.Node.Core.Storage;
using Xmtp.TestSupport;

namespace Xmtp.Node.Core.Tests.Storage;

public sealed class Utf8OrderTests
{
    [Fact]
    public void Compare_RandomTexts_IsTheOrderOfTheirBytes()
    {
        var random = SeededRandom.Fresh();
        string[] parts = ["a", "b", "\0", "é", "\uD7FF", "\uE000", "\uFFFD", "😀", "𐀀", "\uDBFF\uDFFF"];
        for (var i = 0; i < 2000; i++)
        {
            var (left, right) = (Text(), Text());
            var expected = Math.Sign(Encoding.UTF8.GetBytes(left).AsSpan().SequenceCompareTo(Encoding.UTF8.GetBytes(right)));
            Assert.True(expected == Math.Sign(Utf8Order.Compare(left, right)), $"{random}: \"{left}\" and \"{right}\"");
        }

        string Text() => string.Concat(Enumerable.Range(0, random.Number(4)).Select(_ => parts[random.Number(parts.Length)]));
    }
}
