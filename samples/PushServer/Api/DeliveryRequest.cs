namespace PushServer.Api;

/// <summary>Where notifications go: exactly one of the two.</summary>
internal sealed record DeliveryRequest(WebPushRequest? WebPush, WebhookRequest? Webhook);

/// <summary>A browser's subscription, as <c>PushSubscription.toJSON()</c> has it.</summary>
internal sealed record WebPushRequest(string? Endpoint, string? P256dh, string? Auth);

/// <summary>An address of the caller's.</summary>
internal sealed record WebhookRequest(string? Url);
