using System.Threading.RateLimiting;

namespace PushServer.Api;

/// <summary>How often one address may call. Behind a proxy, let it state addresses and trust it (UseForwardedHeaders).</summary>
internal static class RateLimits
{
    public const string Registrations = "registrations";
    public const string Requests = "requests";

    public static IServiceCollection AddRateLimits(this IServiceCollection services, PushServerOptions options) => services.AddRateLimiter(limiter =>
    {
        limiter.RejectionStatusCode = StatusCodes.Status429TooManyRequests;
        limiter.OnRejected = static (context, _) => new(Results.Problem("Too many requests from this address in this minute.", statusCode: StatusCodes.Status429TooManyRequests).ExecuteAsync(context.HttpContext));
        limiter.AddPolicy(Registrations, context => Window(context, options.RegistrationsPerMinute));
        limiter.AddPolicy(Requests, context => Window(context, options.RequestsPerMinute));
    });

    private static RateLimitPartition<string> Window(HttpContext context, int count) => RateLimitPartition.GetFixedWindowLimiter(
        context.Connection.RemoteIpAddress?.ToString() ?? "", _ => new FixedWindowRateLimiterOptions { PermitLimit = count, Window = TimeSpan.FromMinutes(1), QueueLimit = 0 });
}
