namespace PushServer.Storage;

/// <summary>Where the notifications of an installation go.</summary>
/// <param name="Kind"><see cref="WebPush"/> or <see cref="Webhook"/>.</param>
/// <param name="Address">The push service's endpoint, or the webhook.</param>
/// <param name="P256dh">The browser's public key, base64url.</param>
/// <param name="Auth">The browser's secret, base64url.</param>
/// <param name="Secret">Signs what a webhook gets.</param>
internal sealed record Target(string Kind, Uri Address, string? P256dh = null, string? Auth = null, byte[]? Secret = null)
{
    public const string WebPush = "webPush";
    public const string Webhook = "webhook";
}
