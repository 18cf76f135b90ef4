using System.Globalization;
using System.Net.Http.Headers;
using System.Net.Mime;
using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using Xmtp.Cli.Inspection;
using Xmtp.Node.Admin;
using Xmtp.Protocol.Errors;

namespace Xmtp.Cli.Admin;

/// <summary>Asks a node's admin port. What it answers is bounded, and every failure is one of the catalogue.</summary>
internal sealed class AdminClient : IDisposable
{
    private const int AnswerLengthMaxBytes = 64 << 20;
    private const int FailureLengthMaxBytes = 64 << 10;
    private const string Advice = "Is it running with --admin-port? --admin names another address.";
    private static readonly TimeSpan s_connectPatience = TimeSpan.FromSeconds(10);
    private static readonly TimeSpan s_patience = TimeSpan.FromSeconds(30);

    private readonly HttpClient _http;
    private readonly Uri _address;

    /// <param name="address">The port.</param>
    /// <param name="token">The node's token.</param>
    public AdminClient(Uri address, string token)
    {
        _address = address;
        // Straight to the node: the token is for nobody else.
        _http = new HttpClient(new SocketsHttpHandler { ConnectTimeout = s_connectPatience, UseProxy = false, AllowAutoRedirect = false, UseCookies = false })
        {
            BaseAddress = address,
            Timeout = Timeout.InfiniteTimeSpan,
            MaxResponseContentBufferSize = AnswerLengthMaxBytes,
        };
        _http.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", token);
    }

    /// <summary>Reads something.</summary>
    public Task<T> GetAsync<T>(string path, JsonTypeInfo<T> type, CancellationToken cancellationToken) => AskAsync(HttpMethod.Get, path, null, type, s_patience, cancellationToken);

    /// <summary>Has something done, however long it takes.</summary>
    public Task<T> PostAsync<T>(string path, JsonTypeInfo<T> type, CancellationToken cancellationToken) => AskAsync(HttpMethod.Post, path, null, type, Timeout.InfiniteTimeSpan, cancellationToken);

    /// <summary>Changes something.</summary>
    public Task<TAnswer> ChangeAsync<TChange, TAnswer>(
        HttpMethod method, string path, TChange change, JsonTypeInfo<TChange> changeType, JsonTypeInfo<TAnswer> answerType, CancellationToken cancellationToken) =>
        AskAsync(method, path, new ReadOnlyMemoryContent(JsonSerializer.SerializeToUtf8Bytes(change, changeType)), answerType, s_patience, cancellationToken);

    /// <summary>Sends bytes.</summary>
    public Task<T> SendAsync<T>(string path, ReadOnlyMemory<byte> body, JsonTypeInfo<T> type, CancellationToken cancellationToken) =>
        AskAsync(HttpMethod.Post, path, new ReadOnlyMemoryContent(body), type, Timeout.InfiniteTimeSpan, cancellationToken);

    /// <summary>Reads a stream, however long it is.</summary>
    /// <param name="method">The method.</param>
    /// <param name="path">The path.</param>
    /// <param name="read">Takes it. What it throws of its own is left alone.</param>
    /// <param name="cancellationToken">Gives up.</param>
    public async Task<T> OpenAsync<T>(HttpMethod method, string path, Func<HttpResponseMessage, Stream, Task<T>> read, CancellationToken cancellationToken)
    {
        using var request = new HttpRequestMessage(method, path);
        using var response = await GuardAsync(() => _http.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, cancellationToken), cancellationToken);
        await ThrowIfFailedAsync(response, cancellationToken);
        await using var stream = await response.Content.ReadAsStreamAsync(cancellationToken);
        return await GuardAsync(() => read(response, stream), cancellationToken);
    }

    public void Dispose() => _http.Dispose();

    private async Task<T> AskAsync<T>(HttpMethod method, string path, HttpContent? body, JsonTypeInfo<T> type, TimeSpan patience, CancellationToken cancellationToken)
    {
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        limit.CancelAfter(patience);
        using var request = new HttpRequestMessage(method, path) { Content = body };
        using var response = await GuardAsync(() => _http.SendAsync(request, limit.Token), cancellationToken);
        await ThrowIfFailedAsync(response, cancellationToken);
        try
        {
            return JsonSerializer.Deserialize(await response.Content.ReadAsByteArrayAsync(limit.Token), type) ?? throw NoAdmin(null);
        }
        catch (JsonException other)
        {
            throw NoAdmin(other);
        }
    }

    private async Task<T> GuardAsync<T>(Func<Task<T>> step, CancellationToken cancellationToken)
    {
        try
        {
            return await step();
        }
        catch (Exception failure) when (failure is HttpRequestException or HttpIOException)
        {
            var origin = failure.GetBaseException();
            throw new InspectException(ErrorCatalogue.Unavailable, $"The admin port at {_address.OriginalString} cannot be reached: {origin.Message}", Advice);
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            throw new InspectException(
                ErrorCatalogue.DeadlineExceeded, $"The admin port at {_address.OriginalString} gave no answer within {s_patience.TotalSeconds.ToString(CultureInfo.InvariantCulture)} s.", Advice);
        }
    }

    private async Task ThrowIfFailedAsync(HttpResponseMessage response, CancellationToken cancellationToken)
    {
        if (response.IsSuccessStatusCode) return;
        if (response.Content.Headers.ContentType?.MediaType != MediaTypeNames.Application.Json) throw NoAdmin(null);
        var buffer = new byte[FailureLengthMaxBytes];
        await using var stream = await response.Content.ReadAsStreamAsync(cancellationToken);
        var length = await stream.ReadAtLeastAsync(buffer, buffer.Length, throwOnEndOfStream: false, cancellationToken);
        AdminFailure? failure = null;
        try
        {
            failure = JsonSerializer.Deserialize(buffer.AsSpan(0, length), AdminJson.Default.AdminFailure);
        }
        catch (JsonException)
        {
            // Told below.
        }

        if (failure is null || !ErrorCatalogue.All.TryGetValue(failure.Code, out var code)) throw NoAdmin(null);
        throw new InspectException(code, failure.Message, failure.Advice);
    }

    private InspectException NoAdmin(Exception? cause) => new(
        ErrorCatalogue.MethodNotAllowed, $"What answers at {_address.OriginalString} is no admin port of a node, or of another version{(cause is null ? "" : $": {cause.Message}")}.", Advice);
}
