using System.Net;
using System.Security.Cryptography;
using Xmtp.Protocol.Errors;

namespace Xmtp.Client.Attachments;

/// <summary>
/// Payloads on a web server: each is PUT under a random name and fetched with GET. Downloads go to https addresses on the public
/// internet only, without cookies or credentials, with few redirects, and never hold more than was asked for.
/// </summary>
public sealed class HttpAttachmentStorage : IAttachmentStorage, IDisposable
{
    private const int NameLengthBytes = 32;
    private const int BufferLength = 64 * 1024;
    private const int RedirectsMax = 3;

    private readonly HttpAttachmentStorageOptions _options;
    private readonly HttpClient _client;

    /// <summary>Uses a web server.</summary>
    /// <exception cref="ArgumentException">An address of the options is not https or has no closing slash.</exception>
    public HttpAttachmentStorage(HttpAttachmentStorageOptions options)
    {
        ArgumentNullException.ThrowIfNull(options);
        _options = options;
        _client = options.HttpHandler is { } handler
            ? new HttpClient(handler, disposeHandler: false)
            : new HttpClient(PublicInternet.CreateHandler(options.AllowPrivateAddresses));
        _client.Timeout = Timeout.InfiniteTimeSpan;
    }

    /// <inheritdoc/>
    public async Task<Uri> UploadAsync(ReadOnlyMemory<byte> payload, IProgress<long>? progress = null, CancellationToken cancellationToken = default)
    {
        if (_options.UploadTo is not { } folder) throw Failed("no upload address was configured", null);
        Span<byte> random = stackalloc byte[NameLengthBytes];
        RandomNumberGenerator.Fill(random);
        var name = Convert.ToHexStringLower(random);
        using var patience = NewPatience();
        var watched = new WatchedProgress(progress, () => patience.CancelAfter(_options.ResponseTimeout));
        using var request = new HttpRequestMessage(HttpMethod.Put, new Uri(folder, name)) { Content = new ProgressContent(payload, watched) };
        foreach (var (header, value) in _options.UploadHeaders) request.Headers.TryAddWithoutValidation(header, value);
        using var response = await SendAsync(request, patience, cancellationToken).ConfigureAwait(false);
        return response.IsSuccessStatusCode ? new Uri(_options.DownloadFrom ?? folder, name) : throw Failed($"the server answered {(int)response.StatusCode} to the upload", null);
    }

    /// <inheritdoc/>
    public async Task<ReadOnlyMemory<byte>> DownloadAsync(Uri url, long lengthMaxBytes, IProgress<long>? progress = null, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(url);
        ArgumentOutOfRangeException.ThrowIfNegative(lengthMaxBytes);
        using var response = await GetAsync(url, cancellationToken).ConfigureAwait(false);
        var stated = response.Content.Headers.ContentLength;
        if (stated > lengthMaxBytes) throw TooLong(lengthMaxBytes);
        try
        {
            var stream = await response.Content.ReadAsStreamAsync(cancellationToken).ConfigureAwait(false);
            await using (stream.ConfigureAwait(false)) return await ReadAsync(stream, lengthMaxBytes, progress, cancellationToken).ConfigureAwait(false);
        }
        catch (Exception failure) when (failure is IOException or HttpRequestException)
        {
            throw Failed("the download broke off", failure);
        }
    }

    /// <summary>Closes the connections.</summary>
    public void Dispose() => _client.Dispose();

    private static async Task<ReadOnlyMemory<byte>> ReadAsync(Stream stream, long lengthMaxBytes, IProgress<long>? progress, CancellationToken cancellationToken)
    {
        // Grows with what has come, not with what was announced.
        using var payload = new MemoryStream();
        var buffer = new byte[BufferLength];
        for (int read; (read = await stream.ReadAsync(buffer, cancellationToken).ConfigureAwait(false)) > 0;)
        {
            if (payload.Length + read > lengthMaxBytes) throw TooLong(lengthMaxBytes);
            payload.Write(buffer, 0, read);
            progress?.Report(payload.Length);
        }

        return payload.GetBuffer().AsMemory(0, (int)payload.Length);
    }

    private async Task<HttpResponseMessage> GetAsync(Uri url, CancellationToken cancellationToken)
    {
        for (var redirects = 0; ; redirects++)
        {
            if (url.Scheme != Uri.UriSchemeHttps) throw Failed("the address is not https", null);
            using var patience = NewPatience();
            using var request = new HttpRequestMessage(HttpMethod.Get, url);
            var response = await SendAsync(request, patience, cancellationToken).ConfigureAwait(false);
            if (response.IsSuccessStatusCode) return response;
            var (status, location) = (response.StatusCode, response.Headers.Location);
            response.Dispose();
            if (status is not (HttpStatusCode.Moved or HttpStatusCode.Found or HttpStatusCode.SeeOther or HttpStatusCode.TemporaryRedirect or HttpStatusCode.PermanentRedirect))
                throw Failed($"the server answered {(int)status}", null);
            if (location is null || redirects == RedirectsMax) throw Failed("the server redirects to nowhere", null);
            url = new Uri(url, location);
        }
    }

    private CancellationTokenSource NewPatience() => new(_options.ResponseTimeout, _options.TimeProvider);

    private async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationTokenSource patience, CancellationToken cancellationToken)
    {
        using var either = CancellationTokenSource.CreateLinkedTokenSource(patience.Token, cancellationToken);
        try
        {
            return await _client.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, either.Token).ConfigureAwait(false);
        }
        catch (HttpRequestException failure)
        {
            throw Failed(failure.InnerException?.Message ?? failure.Message, failure);
        }
        catch (OperationCanceledException failure) when (!cancellationToken.IsCancellationRequested)
        {
            throw Failed($"the server did not answer within {_options.ResponseTimeout.TotalSeconds} s", failure);
        }
    }

    /// <summary>What has gone, and that something has: a server that takes its part has answered in its way.</summary>
    private sealed class WatchedProgress(IProgress<long>? inner, Action moved) : IProgress<long>
    {
        public void Report(long value)
        {
            moved();
            inner?.Report(value);
        }
    }

    // The address of an attachment says who talks about what, so it stands in no failure.
    private static XmtpException Failed(string why, Exception? cause) => new(ErrorCatalogue.AttachmentTransferFailed, why, cause);

    private static XmtpException TooLong(long lengthMaxBytes) => new(ErrorCatalogue.ContentTooLarge, $"the attachment has more than {lengthMaxBytes} bytes");
}
