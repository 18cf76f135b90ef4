using Google.Protobuf;
using Xmtp.ContentTypes;
using Xmtp.Protocol.Errors;
using Xmtp.Protocol.MessageContents;
using ContentTypeId = Xmtp.ContentTypes.ContentTypeId;

namespace CustomCodec;

/// <summary>Writes a move as four letters.</summary>
internal sealed class MoveCodec : IContentCodec<Move>
{
    public ContentTypeId ContentType { get; } = new("chess.example", "move");

    public EncodedContent Encode(Move content, CodecContext context) => new() { Content = ByteString.CopyFromUtf8(content.From + content.To) };

    public Move Decode(EncodedContent encoded, CodecContext context) => encoded.Content.ToStringUtf8() is { Length: 4 } text
        ? new Move(text[..2], text[2..])
        : throw new XmtpException(ErrorCatalogue.MalformedData, "a move has four letters");

    public string? Fallback(Move content) => $"Moved from {content.From} to {content.To}.";
}
