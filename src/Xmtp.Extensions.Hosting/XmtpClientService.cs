using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Xmtp.Protocol.Errors;

namespace Xmtp.Extensions.Hosting;

/// <summary>
/// Opens a client beside the start of the host, which does not wait for it: an application is up while its nodes are not. What
/// time does not mend ends the host.
/// </summary>
internal sealed class XmtpClientService(XmtpClientAccessor accessor, TimeProvider time, ILogger<XmtpClientService> logger) : BackgroundService
{
    private static readonly TimeSpan FirstDelay = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan DelayMax = TimeSpan.FromSeconds(30);

    public override async Task StopAsync(CancellationToken cancellationToken)
    {
        await base.StopAsync(cancellationToken).ConfigureAwait(false);

        // Here and not below: a host that stops at once never comes to run what is below.
        accessor.GiveUp(null);
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        for (var delay = FirstDelay; ; delay = delay * 2 < DelayMax ? delay * 2 : DelayMax)
        {
            try
            {
                var client = await accessor.OpenAsync(logger, stoppingToken).ConfigureAwait(false);
                HostingLog.Opened(logger, client.Address);
                return;
            }
            catch (XmtpException failure) when (failure.IsRetryable && !stoppingToken.IsCancellationRequested)
            {
                HostingLog.NotYet(logger, accessor.Name.Length == 0 ? "(default)" : accessor.Name, failure.Message, delay.TotalSeconds);
            }
            catch (Exception) when (stoppingToken.IsCancellationRequested)
            {
                return;
            }
            catch (Exception failure)
            {
                accessor.GiveUp(failure);
                throw;
            }

            await Task.Delay(delay, time, stoppingToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }
}
