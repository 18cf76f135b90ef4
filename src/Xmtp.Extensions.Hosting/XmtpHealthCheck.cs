using Microsoft.Extensions.Diagnostics.HealthChecks;
using Xmtp.Protocol.Errors;

namespace Xmtp.Extensions.Hosting;

/// <summary>Healthy when the client is open and a node answers it.</summary>
internal sealed class XmtpHealthCheck(XmtpClientAccessor accessor) : IHealthCheck
{
    public async Task<HealthCheckResult> CheckHealthAsync(HealthCheckContext context, CancellationToken cancellationToken = default)
    {
        if (accessor.Client is not { } client)
            return new HealthCheckResult(context.Registration.FailureStatus, "The client is not open yet.", accessor.Failure);
        try
        {
            // The account's own contact, which is remembered otherwise: one small query.
            client.ForgetContact(client.Address);
            await client.CanMessageAsync(client.Address, cancellationToken).ConfigureAwait(false);
            return HealthCheckResult.Healthy();
        }
        catch (Exception failure) when (failure is XmtpException or ObjectDisposedException)
        {
            return new HealthCheckResult(context.Registration.FailureStatus, "No node answers.", failure);
        }
    }
}
