using Google.Protobuf;
using Xmtp.ContentTypes;
using Proto = Xmtp.Protocol.MessageContents;

namespace Xmtp.Interop.Clients;

/// <summary>A content type of an application.</summary>
internal sealed class NoteCodec : IContentCodec<Note>
{
    public ContentTypeId ContentType { get; } = new("interop.example", "note");

    public Proto.EncodedContent Encode(Note content, CodecContext context) => new() { Content = ByteString.CopyFromUtf8(content.Text) };

    public Note Decode(Proto.EncodedContent encoded, CodecContext context) => new(encoded.Content.ToStringUtf8());

    public string? Fallback(Note content) => "A note.";
}
