using System.Buffers.Binary;

namespace Xmtp.Client.Storage;

/// <summary>
/// Many byte strings as one, as they cross between .NET and JavaScript: four bytes of length, least significant first, and the bytes;
/// a length of -1 stands for none.
/// </summary>
internal static class ByteFrames
{
    private const int None = -1;

    public static byte[] Pack(IReadOnlyList<ReadOnlyMemory<byte>?> items)
    {
        var frame = new byte[items.Sum(static item => sizeof(int) + (item?.Length ?? 0))];
        var rest = frame.AsSpan();
        foreach (var item in items)
        {
            BinaryPrimitives.WriteInt32LittleEndian(rest, item?.Length ?? None);
            rest = rest[sizeof(int)..];
            if (item is not { } bytes) continue;
            bytes.Span.CopyTo(rest);
            rest = rest[bytes.Length..];
        }

        return frame;
    }

    public static List<ReadOnlyMemory<byte>?> Unpack(ReadOnlyMemory<byte> frame)
    {
        var items = new List<ReadOnlyMemory<byte>?>();
        while (!frame.IsEmpty)
        {
            var length = BinaryPrimitives.ReadInt32LittleEndian(frame.Span);
            frame = frame[sizeof(int)..];

            // A bare null would be taken for an empty array.
            items.Add(length == None ? (ReadOnlyMemory<byte>?)null : frame[..length]);
            frame = frame[Math.Max(length, 0)..];
        }

        return items;
    }
}
