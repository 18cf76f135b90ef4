using System.Net;
using System.Net.Http.Headers;

namespace Xmtp.Client.Attachments;

/// <summary>A payload on its way to a server, telling how much of it has gone.</summary>
internal sealed class ProgressContent : HttpContent
{
    private const int StepBytes = 64 * 1024;

    private readonly ReadOnlyMemory<byte> _payload;
    private readonly IProgress<long>? _progress;

    public ProgressContent(ReadOnlyMemory<byte> payload, IProgress<long>? progress)
    {
        (_payload, _progress) = (payload, progress);
        Headers.ContentType = new MediaTypeHeaderValue("application/octet-stream");
    }

    protected override Task SerializeToStreamAsync(Stream stream, TransportContext? context) => SerializeToStreamAsync(stream, context, CancellationToken.None);

    protected override async Task SerializeToStreamAsync(Stream stream, TransportContext? context, CancellationToken cancellationToken)
    {
        for (var sent = 0; sent < _payload.Length;)
        {
            var step = Math.Min(StepBytes, _payload.Length - sent);
            await stream.WriteAsync(_payload.Slice(sent, step), cancellationToken).ConfigureAwait(false);
            sent += step;
            _progress?.Report(sent);
        }
    }

    protected override bool TryComputeLength(out long length)
    {
        length = _payload.Length;
        return true;
    }
}
