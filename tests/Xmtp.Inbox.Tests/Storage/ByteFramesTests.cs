using Xmtp.Client.Storage;

namespace Xmtp.Inbox.Tests.Storage;

public class ByteFramesTests
{
    [Fact]
    public void Unpack_PackedItems_AreTheSame()
    {
        ReadOnlyMemory<byte>?[] items = [new byte[] { 1, 2, 3 }, null, Array.Empty<byte>(), new byte[300]];
        var read = ByteFrames.Unpack(ByteFrames.Pack(items));
        Assert.Equal(items.Select(static item => item is { } bytes ? Convert.ToHexString(bytes.Span) : "none"), read.Select(static item => item is { } bytes ? Convert.ToHexString(bytes.Span) : "none"));
    }

    [Fact]
    public void Pack_Nothing_IsEmpty() => Assert.Empty(ByteFrames.Pack([]));
}
