using System.Net.Http.Headers;

namespace PushServer.Delivering;

internal static class RetryAfter
{
    /// <summary>How long a receiver asks to be left alone; null when it does not.</summary>
    public static TimeSpan? Read(HttpResponseHeaders? headers, TimeProvider time) => headers?.RetryAfter switch
    {
        { Delta: { } delta } => delta,
        { Date: { } date } => date - time.GetUtcNow(),
        _ => null,
    };
}
