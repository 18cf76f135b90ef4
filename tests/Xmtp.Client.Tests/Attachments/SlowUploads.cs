using System.Net;
using Microsoft.Extensions.Time.Testing;

namespace Xmtp.Client.Tests.Attachments;

/// <summary>A server that takes time for each part of what is sent to it.</summary>
internal sealed class SlowUploads(FakeTimeProvider time) : HttpMessageHandler
{
    public TimeSpan PartDelay { get; set; }

    protected override async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
    {
        await using var parts = new Parts(this, cancellationToken);
        await request.Content!.CopyToAsync(parts, cancellationToken);
        return new HttpResponseMessage(HttpStatusCode.Created);
    }

    private sealed class Parts(SlowUploads server, CancellationToken ended) : MemoryStream
    {
        public override ValueTask WriteAsync(ReadOnlyMemory<byte> buffer, CancellationToken cancellationToken = default)
        {
            server.Advance();
            ended.ThrowIfCancellationRequested();
            return ValueTask.CompletedTask;
        }
    }

    private void Advance() => time.Advance(PartDelay);
}
