using System.Text;
using Xmtp.TestSupport;

namespace Xmtp.ContentTypes.Tests;

/// <summary>Text of every kind of character: plain, to be escaped in JSON, outside the basic plane, invisible.</summary>
internal static class RandomText
{
    private static readonly string[] Pieces = ["a", " ", "\"", "\\", "\n", "\0", "\u001f", "\u007f", "é", "\u2028", "\u202e", "\ufeff", "你", "👍", "❤️", "</", "{", "😀"];

    public static string Next(SeededRandom random, int pieces)
    {
        var text = new StringBuilder();
        for (var count = 0; count < pieces; count++) text.Append(Pieces[random.Number(Pieces.Length)]);
        return text.ToString();
    }
}
