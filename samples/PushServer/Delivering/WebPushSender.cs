using System.Buffers.Text;
using System.Security.Cryptography;
using Lib.Net.Http.WebPush;
using Lib.Net.Http.WebPush.Authentication;
using PushServer.Storage;

namespace PushServer.Delivering;

/// <summary>Web push: encrypted for the browser (RFC 8291), signed with this server's key (RFC 8292).</summary>
internal sealed class WebPushSender : IDisposable
{
    private const string KeyName = "vapid";

    private readonly HttpClient _http;
    private readonly PushServiceClient _client;
    private readonly VapidAuthentication _authentication;
    private readonly PushServerOptions _options;
    private readonly TimeProvider _time;

    public WebPushSender(DeliveryHandler handler, Database database, PushServerOptions options, TimeProvider time)
    {
        (_options, _time) = (options, time);
        using var key = LoadKey(database);
        var parameters = key.ExportParameters(includePrivateParameters: true);
        PublicKey = Base64Url.EncodeToString([0x04, .. parameters.Q.X!, .. parameters.Q.Y!]);
        _authentication = new VapidAuthentication(PublicKey, Base64Url.EncodeToString(parameters.D)) { Subject = options.Subject };

        // The outbox waits and tries again, not the library.
        _http = new HttpClient(new VapidHandler(handler, _authentication), disposeHandler: false);
        _client = new PushServiceClient(_http) { AutoRetryAfter = false, DefaultAuthentication = _authentication };
    }

    /// <summary>What a browser subscribes with (<c>applicationServerKey</c>).</summary>
    public string PublicKey { get; }

    public async Task<Attempt> SendAsync(Target target, Delivery delivery, CancellationToken cancellationToken)
    {
        var subscription = new PushSubscription { Endpoint = target.Address.AbsoluteUri };
        subscription.SetKey(PushEncryptionKeyName.P256DH, target.P256dh);
        subscription.SetKey(PushEncryptionKeyName.Auth, target.Auth);
        using var content = new ByteArrayContent(Notification.ForWebPush(delivery));
        var left = delivery.Created + _options.GiveUpAfter - _time.GetUtcNow();
        var message = new PushMessage(content) { Urgency = PushMessageUrgency.High, TimeToLive = Math.Max(0, (int)left.TotalSeconds) };
        try
        {
            await _client.RequestPushMessageDeliveryAsync(subscription, message, cancellationToken);
            return new Attempt(Outcome.Delivered);
        }
        catch (PushServiceClientException failure)
        {
            return Attempt.Of(failure.StatusCode, RetryAfter.Read(failure.Headers, _time));
        }
    }

    public void Dispose()
    {
        _http.Dispose();
        _authentication.Dispose();
    }

    // Browsers tie a subscription to this key, so it must outlive the process.
    private static ECDsa LoadKey(Database database)
    {
        var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        database.Execute("INSERT OR IGNORE INTO state (name, value) VALUES ($name, $key)", ("$name", KeyName), ("$key", key.ExportPkcs8PrivateKey()));
        key.ImportPkcs8PrivateKey(database.Read("SELECT value FROM state WHERE name = $name", static row => row.GetFieldValue<byte[]>(0), ("$name", KeyName)).Single(), out _);
        return key;
    }
}
