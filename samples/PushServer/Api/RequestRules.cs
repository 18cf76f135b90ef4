using System.Buffers.Text;
using System.Security.Cryptography;
using PushServer.Follow;
using PushServer.Storage;
using Xmtp.Client.Push;
using Xmtp.Protocol;
using Xmtp.Protocol.Topics;

namespace PushServer.Api;

/// <summary>What a request must be like; each refusal says what is wrong.</summary>
internal sealed class RequestRules(PushServerOptions options, TimeProvider time)
{
    public const int TopicsPerRequestMax = 500;

    private const int KeysPerTopicMax = 4;
    private const int PeriodsAwayMax = 2;
    private const int AddressLengthMax = 2_048;
    private const int PointLength = 65;
    private const int AuthLength = 16;

    public Target ReadTarget(DeliveryRequest request) => request switch
    {
        { WebPush: { } browser, Webhook: null } => new Target(Target.WebPush, ReadAddress(browser.Endpoint, "webPush.endpoint"), ReadPoint(browser.P256dh), ReadAuth(browser.Auth)),
        { WebPush: null, Webhook: { } webhook } => new Target(Target.Webhook, ReadAddress(webhook.Url, "webhook.url"), Secret: RandomNumberGenerator.GetBytes(32)),
        _ => throw Refusal.Bad("Give either webPush or webhook."),
    };

    public IReadOnlyDictionary<string, IReadOnlyList<PushHmacKey>> ReadTopics(TopicsRequest request)
    {
        if (request.Topics is not { Count: > 0 and <= TopicsPerRequestMax } topics) throw Refusal.Bad($"Give 1 to {TopicsPerRequestMax} topics.");
        var read = new Dictionary<string, IReadOnlyList<PushHmacKey>>(StringComparer.Ordinal);
        foreach (var topic in topics)
        {
            if (topic.Topic is null || topic.Topic.Length > Limits.TopicLengthMaxBytes || !Matcher.IsPushed(Topic.Classify(topic.Topic)))
                throw Refusal.Bad($"'{Shorten(topic.Topic)}' is no topic of messages or invitations.");
            if (!read.TryAdd(topic.Topic, ReadKeys(topic))) throw Refusal.Bad($"'{Shorten(topic.Topic)}' is listed twice.");
        }

        return read;
    }

    private PushHmacKey[] ReadKeys(TopicRequest topic)
    {
        if (topic.HmacKeys is not { } keys) return [];
        if (keys.Count > KeysPerTopicMax) throw Refusal.Bad($"'{Shorten(topic.Topic)}' has more than {KeysPerTopicMax} keys.");
        var now = PushHmac.Period(time.GetUtcNow());
        if (keys.DistinctBy(static key => key.Period).Count() != keys.Count) throw Refusal.Bad($"'{Shorten(topic.Topic)}' has two keys of one period.");
        return [.. keys.Select(key => new PushHmacKey(key.Period, ReadKey(key.Key)) is var read && Math.Abs(key.Period - now) <= PeriodsAwayMax
            ? read
            : throw Refusal.Bad($"The period {key.Period} is not near the current one, {now}."))];
    }

    private Uri ReadAddress(string? text, string name)
    {
        if (text is null || text.Length > AddressLengthMax || !Uri.TryCreate(text, UriKind.Absolute, out var address)) throw Refusal.Bad($"{name} is no absolute address of at most {AddressLengthMax} characters.");
        var isAllowed = address.Scheme == Uri.UriSchemeHttps || (options.AllowPrivateAddresses && address.Scheme == Uri.UriSchemeHttp);
        if (!isAllowed || address.UserInfo.Length > 0) throw Refusal.Bad($"{name} must be an https address without user and password.");

        // A name is looked up when it is delivered to, by the handler, which goes by what the name stands for then.
        if (!options.AllowPrivateAddresses && (address.IsLoopback || (address.HostNameType is UriHostNameType.IPv4 or UriHostNameType.IPv6
            && !Xmtp.Client.Attachments.PublicInternet.IsPublic(System.Net.IPAddress.Parse(address.IdnHost)))))
            throw Refusal.Bad($"{name} is not on the public internet.");
        return address;
    }

    private static string ReadPoint(string? text)
    {
        var bytes = ReadBase64Url(text, PointLength, "webPush.p256dh");
        try
        {
            using var key = ECDiffieHellman.Create(new ECParameters { Curve = ECCurve.NamedCurves.nistP256, Q = new ECPoint { X = bytes[1..33], Y = bytes[33..] } });
            return bytes[0] == 0x04 ? text! : throw new CryptographicException();
        }
        catch (CryptographicException)
        {
            throw Refusal.Bad("webPush.p256dh is no uncompressed point of P-256.");
        }
    }

    private static string ReadAuth(string? text)
    {
        ReadBase64Url(text, AuthLength, "webPush.auth");
        return text!;
    }

    private static byte[] ReadBase64Url(string? text, int length, string name) =>
        text is not null && Base64Url.IsValid(text, out var decoded) && decoded == length ? Base64Url.DecodeFromChars(text) : throw Refusal.Bad($"{name} is not {length} bytes in base64url.");

    private static byte[] ReadKey(string? text)
    {
        var key = new byte[PushHmac.Length];
        return Convert.TryFromBase64String(text ?? "", key, out var length) && length == key.Length ? key : throw Refusal.Bad($"An HMAC key is not {PushHmac.Length} bytes in base64.");
    }

    private static string Shorten(string? text) => text is { Length: > 100 } ? $"{text[..100]}…" : text ?? "";
}
