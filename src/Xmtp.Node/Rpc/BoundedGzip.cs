using System.IO.Compression;
using Grpc.Net.Compression;
using Xmtp.Node.Errors;
using Xmtp.Protocol;

namespace Xmtp.Node.Rpc;

/// <summary>
/// gzip for gRPC messages that stops at the largest request. The library bounds what arrives, not what it unpacks to, and
/// 50 MiB of zeros travel as 50 KiB.
/// </summary>
/// <param name="lengthMax">The largest request, unpacked.</param>
internal sealed class BoundedGzip(int lengthMax = Limits.RequestLengthMaxBytes) : ICompressionProvider
{
    /// <inheritdoc/>
    public string EncodingName => "gzip";

    /// <inheritdoc/>
    public Stream CreateCompressionStream(Stream stream, CompressionLevel? compressionLevel) =>
        new GZipStream(stream, compressionLevel ?? CompressionLevel.Fastest, leaveOpen: true);

    /// <inheritdoc/>
    public Stream CreateDecompressionStream(Stream stream) => new BoundedStream(new GZipStream(stream, CompressionMode.Decompress), lengthMax);

    private sealed class BoundedStream(GZipStream inner, int lengthMax) : Stream
    {
        private long _length;

        public override bool CanRead => true;

        public override bool CanSeek => false;

        public override bool CanWrite => false;

        public override long Length => throw new NotSupportedException();

        public override long Position
        {
            get => _length;
            set => throw new NotSupportedException();
        }

        public override int Read(byte[] buffer, int offset, int count) => Read(buffer.AsSpan(offset, count));

        public override int Read(Span<byte> buffer)
        {
            var read = inner.Read(buffer);
            _length += read;
            return _length <= lengthMax ? read : throw RpcErrors.ToRpcException(RpcErrors.TooLarge(lengthMax));
        }

        public override void Flush()
        {
        }

        public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

        public override void SetLength(long value) => throw new NotSupportedException();

        public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();

        protected override void Dispose(bool disposing)
        {
            if (disposing) inner.Dispose();
            base.Dispose(disposing);
        }
    }
}
