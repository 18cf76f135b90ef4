using System.Globalization;
using Google.Protobuf;
using Proto = Xmtp.Protocol.MessageContents;

namespace Xmtp.ContentTypes.Tests;

/// <summary>An application's own type, as the vectors have it: a number as decimal text, which throws what parsing throws.</summary>
internal sealed class NumberCodec(uint versionMajor = 1) : IContentCodec<int>
{
    public ContentTypeId ContentType { get; } = new("example.com", "number", versionMajor, 2);

    public Proto.EncodedContent Encode(int content, CodecContext context) =>
        new() { Type = ContentType.ToProto(), Content = ByteString.CopyFromUtf8(content.ToString(CultureInfo.InvariantCulture)) };

    public int Decode(Proto.EncodedContent encoded, CodecContext context) =>
        int.Parse(encoded.Content.ToStringUtf8(), NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture);

    public string? Fallback(int content) => string.Create(CultureInfo.InvariantCulture, $"a number: {content}");

    public bool ShouldPush(int content) => false;
}
