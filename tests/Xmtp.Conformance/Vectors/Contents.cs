using System.Text;
using Proto = Xmtp.Protocol.MessageContents;

namespace Xmtp.Conformance.Vectors;

internal static class Contents
{
    /// <summary>The text of an uncompressed text message.</summary>
    public static string Text(ReadOnlyMemory<byte> encodedContent)
    {
        var content = Proto.EncodedContent.Parser.ParseFrom(encodedContent.Span);
        Assert.Equal("text", content.Type.TypeId);
        Assert.False(content.HasCompression);
        return Encoding.UTF8.GetString(content.Content.Span);
    }
}
