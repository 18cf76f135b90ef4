namespace Xmtp.ContentTypes.Compression;

/// <summary>
/// Compressed bytes for a decoder, with the last one held back until it is asked for. So it is known whether the
/// decoder's stream ended exactly with the input, before it, or would have gone on.
/// </summary>
internal sealed class WatchedSource(ReadOnlyMemory<byte> bytes) : Stream
{
    private int _position;

    /// <summary>Every byte was taken.</summary>
    public bool IsDrained => _position == bytes.Length;

    /// <summary>More was asked for after the last byte.</summary>
    public bool IsOverrun { get; private set; }

    public override bool CanRead => true;

    public override bool CanSeek => false;

    public override bool CanWrite => false;

    public override long Length => throw new NotSupportedException();

    public override long Position
    {
        get => throw new NotSupportedException();
        set => throw new NotSupportedException();
    }

    public override int Read(Span<byte> buffer)
    {
        var left = bytes.Length - _position;
        if (left == 0)
        {
            IsOverrun = true;
            return 0;
        }

        var count = Math.Min(buffer.Length, left == 1 ? 1 : left - 1);
        bytes.Span.Slice(_position, count).CopyTo(buffer);
        _position += count;
        return count;
    }

    public override int Read(byte[] buffer, int offset, int count) => Read(buffer.AsSpan(offset, count));

    public override void Flush()
    {
    }

    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

    public override void SetLength(long value) => throw new NotSupportedException();

    public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();
}
