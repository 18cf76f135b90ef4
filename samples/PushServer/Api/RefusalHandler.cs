using Microsoft.AspNetCore.Diagnostics;

namespace PushServer.Api;

/// <summary>Answers a refused request with its reason; says nothing of other failures than that there was one.</summary>
internal sealed class RefusalHandler : IExceptionHandler
{
    public async ValueTask<bool> TryHandleAsync(HttpContext httpContext, Exception exception, CancellationToken cancellationToken)
    {
        if (exception is not Refusal refusal) return false;
        await Results.Problem(refusal.Message, statusCode: refusal.Status).ExecuteAsync(httpContext);
        return true;
    }
}
