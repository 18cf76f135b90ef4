using System.Buffers;
using System.IO.Pipelines;

namespace Xmtp.Cli.Content;

/// <summary>Lines of bytes, none longer than is allowed, no more than one in memory.</summary>
internal sealed class LineReader(PipeReader reader, int lengthMaxBytes) : IAsyncDisposable
{
    private readonly PipeReader _reader = reader;

    /// <summary>Reads a stream, which stays the caller's.</summary>
    public LineReader(Stream stream, int lengthMaxBytes)
        : this(PipeReader.Create(stream, new StreamPipeReaderOptions(leaveOpen: true)), lengthMaxBytes)
    {
    }

    /// <summary>The next line without its break; null at the end.</summary>
    /// <exception cref="InvalidDataException">It is too long. Nothing can be read after it.</exception>
    public async Task<byte[]?> ReadAsync(CancellationToken cancellationToken)
    {
        while (true)
        {
            var read = await _reader.ReadAsync(cancellationToken).AsTask().WaitAsync(cancellationToken);
            var buffer = read.Buffer;
            var end = buffer.PositionOf((byte)'\n');
            var line = end is { } at ? buffer.Slice(0, at) : buffer;
            if (line.Length > lengthMaxBytes) throw new InvalidDataException($"A line is longer than {lengthMaxBytes} bytes.");
            if (end is null && !read.IsCompleted)
            {
                _reader.AdvanceTo(buffer.Start, buffer.End);
                continue;
            }

            var bytes = line.ToArray();
            _reader.AdvanceTo(end is { } found ? buffer.GetPosition(1, found) : buffer.End);
            if (end is null && bytes.Length == 0) return null;
            return bytes is [.. var text, (byte)'\r'] ? text : bytes;
        }
    }

    public ValueTask DisposeAsync() => _reader.CompleteAsync();
}
