using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using System.Text.Json.Serialization;
using PushServer.Delivering;
using PushServer.Storage;

namespace PushServer.Api;

/// <summary>The HTTP API. Whoever registers gets a token; with it, and only with it, the registration is changed.</summary>
internal sealed class RegistrationApi(Registrations registrations, Outbox outbox, WebPushSender webPush, RequestRules rules, PushServerOptions options)
{
    public const int BodyLengthMax = 512 * 1024;

    private static readonly JsonSerializerOptions Json = new(JsonSerializerDefaults.Web)
    {
        // A misspelt name says so instead of being ignored.
        UnmappedMemberHandling = JsonUnmappedMemberHandling.Disallow,
        MaxDepth = 8,
    };

    public void Map(WebApplication application)
    {
        application.MapGet("/v1/vapid-key", () => new { publicKey = webPush.PublicKey }).RequireRateLimiting(RateLimits.Requests);
        application.MapPost("/v1/installations", RegisterAsync).RequireRateLimiting(RateLimits.Registrations);
        var own = application.MapGroup("/v1/installations/{id}").RequireRateLimiting(RateLimits.Requests).AddEndpointFilter(CheckOwnerAsync);
        own.MapGet("", (string id) => new { delivery = registrations.Find(id)!.Kind, topics = registrations.CountTopics(id), waiting = outbox.CountWaiting(id) });
        own.MapDelete("", (string id) => registrations.Remove(id));
        own.MapPut("/delivery", MoveAsync);
        own.MapPut("/topics", FollowAsync);
        own.MapDelete("/topics", (string id, string[] topic) => registrations.Unfollow(id, topic));
    }

    private async Task<IResult> RegisterAsync(HttpRequest request)
    {
        if (options.RegistrationKey is { } key && !AreEqual(request.Headers["Xmtp-Registration-Key"].ToString(), key))
            throw new Refusal(StatusCodes.Status401Unauthorized, "Registering asks for the header Xmtp-Registration-Key.");
        var target = rules.ReadTarget(await ReadAsync<DeliveryRequest>(request));
        if (registrations.Count >= options.InstallationsMax) throw new Refusal(StatusCodes.Status503ServiceUnavailable, "This server has no room for another installation.");
        var (id, token) = registrations.Add(target);
        return Results.Json(new { id, token, webhookSecret = target.Secret }, statusCode: StatusCodes.Status201Created);
    }

    private async Task<IResult> MoveAsync(string id, HttpRequest request)
    {
        var target = rules.ReadTarget(await ReadAsync<DeliveryRequest>(request));
        registrations.Move(id, target);
        return Results.Ok(new { webhookSecret = target.Secret });
    }

    private async Task<IResult> FollowAsync(string id, HttpRequest request)
    {
        var topics = rules.ReadTopics(await ReadAsync<TopicsRequest>(request));
        return registrations.TryFollow(id, topics, options.TopicsMax)
            ? Results.NoContent()
            : throw new Refusal(StatusCodes.Status409Conflict, $"An installation follows at most {options.TopicsMax} topics.");
    }

    private ValueTask<object?> CheckOwnerAsync(EndpointFilterInvocationContext context, EndpointFilterDelegate next)
    {
        const string Scheme = "Bearer ";
        var header = context.HttpContext.Request.Headers.Authorization.ToString();
        var id = context.HttpContext.GetRouteValue("id")?.ToString();
        if (id is null || !header.StartsWith(Scheme, StringComparison.OrdinalIgnoreCase) || !registrations.IsOwner(id, header[Scheme.Length..]))
            throw new Refusal(StatusCodes.Status401Unauthorized, "There is no such installation, or this is not its token.");
        return next(context);
    }

    private static async Task<T> ReadAsync<T>(HttpRequest request)
    {
        try
        {
            return await request.ReadFromJsonAsync<T>(Json, request.HttpContext.RequestAborted) ?? throw Refusal.Bad("The body is empty.");
        }
        catch (JsonException failure)
        {
            throw Refusal.Bad($"The body is not as it should be, at {failure.Path ?? "$"}: {failure.Message.Split(" Path:")[0]}");
        }
        catch (InvalidOperationException)
        {
            throw new Refusal(StatusCodes.Status415UnsupportedMediaType, "Send JSON, with Content-Type: application/json.");
        }
        catch (BadHttpRequestException failure)
        {
            throw new Refusal(failure.StatusCode, failure.Message);
        }
    }

    private static bool AreEqual(string one, string other) => CryptographicOperations.FixedTimeEquals(SHA256.HashData(Encoding.UTF8.GetBytes(one)), SHA256.HashData(Encoding.UTF8.GetBytes(other)));
}
