using System.Text;
using Google.Protobuf;
using Xmtp.Protocol.Errors;
using Proto = Xmtp.Protocol.MessageContents;

namespace Xmtp.ContentTypes;

/// <summary>The one way in which text and Markdown are written: UTF-8, and a parameter that says so.</summary>
internal static class Utf8Content
{
    private const string EncodingParameter = "encoding";
    private const string Utf8 = "UTF-8";

    public static Proto.EncodedContent Encode(ContentTypeId type, string text)
    {
        ArgumentNullException.ThrowIfNull(text);
        return new Proto.EncodedContent
        {
            Type = type.ToProto(),
            Parameters = { [EncodingParameter] = Utf8 },
            Content = UnsafeByteOperations.UnsafeWrap(Encoding.UTF8.GetBytes(text)),
        };
    }

    public static string Decode(Proto.EncodedContent encoded)
    {
        ArgumentNullException.ThrowIfNull(encoded);
        if (encoded.Parameters.TryGetValue(EncodingParameter, out var encoding) && !string.Equals(encoding, Utf8, StringComparison.OrdinalIgnoreCase))
        {
            throw new XmtpException(ErrorCatalogue.MalformedData, "text of another encoding than UTF-8");
        }

        return Encoding.UTF8.GetString(encoded.Content.Span);
    }
}
