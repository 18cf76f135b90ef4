using System.Globalization;
using System.Net.Http.Headers;
using System.Security.Cryptography;
using PushServer.Storage;

namespace PushServer.Delivering;

/// <summary>
/// POSTs a notification, signed: <c>Xmtp-Signature: t=SECONDS,v1=HEX</c>, the HMAC-SHA256 of <c>SECONDS.BODY</c> under the
/// installation's secret. A receiver refuses times that are minutes away and ids that it has seen.
/// </summary>
internal sealed class WebhookSender(DeliveryHandler handler, TimeProvider time) : IDisposable
{
    private readonly HttpClient _http = new(handler, disposeHandler: false);

    public async Task<Attempt> SendAsync(Target target, Delivery delivery, CancellationToken cancellationToken)
    {
        var body = Notification.ForWebhook(delivery);
        using var request = new HttpRequestMessage(HttpMethod.Post, target.Address)
        {
            Content = new ByteArrayContent(body) { Headers = { ContentType = new MediaTypeHeaderValue("application/json") } },
        };
        request.Headers.Add("Xmtp-Delivery", delivery.Id);
        request.Headers.Add("Xmtp-Signature", Sign(target.Secret!, time.GetUtcNow(), body));
        using var response = await _http.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, cancellationToken);
        return Attempt.Of(response.StatusCode, RetryAfter.Read(response.Headers, time));
    }

    public void Dispose() => _http.Dispose();

    private static string Sign(byte[] secret, DateTimeOffset now, byte[] body)
    {
        var seconds = now.ToUnixTimeSeconds().ToString(CultureInfo.InvariantCulture);
        byte[] signed = [.. System.Text.Encoding.ASCII.GetBytes($"{seconds}."), .. body];
        return $"t={seconds},v1={Convert.ToHexStringLower(HMACSHA256.HashData(secret, signed))}";
    }
}
