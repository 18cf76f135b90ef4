using Microsoft.Extensions.Diagnostics.HealthChecks;
using PushServer.Storage;

namespace PushServer;

/// <summary>Healthy while a node is followed and the store answers.</summary>
internal sealed class PushHealth(Database database) : IHealthCheck
{
    private volatile bool _isFollowing;

    public bool IsFollowing
    {
        get => _isFollowing;
        set => _isFollowing = value;
    }

    public Task<HealthCheckResult> CheckHealthAsync(HealthCheckContext context, CancellationToken cancellationToken = default)
    {
        database.Count("SELECT count(*) FROM state");
        return Task.FromResult(IsFollowing ? HealthCheckResult.Healthy() : HealthCheckResult.Unhealthy("no node is followed"));
    }
}
