using Xmtp.Extensions.Hosting;
using Xmtp.Protocol.Errors;

namespace WorkerService;

/// <summary>Tells an account from time to time that all is well.</summary>
internal sealed partial class Reporter(IXmtpClientAccessor xmtp, IConfiguration configuration, TimeProvider time, ILogger<Reporter> logger) : BackgroundService
{
    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        var (to, every) = (configuration["Reporter:To"], configuration.GetValue("Reporter:Every", TimeSpan.FromMinutes(1)));
        var client = await xmtp.GetAsync(stoppingToken);
        if (to is null || !await client.CanMessageAsync(to, stoppingToken))
        {
            CannotReport(to ?? "(Reporter:To is not set)");
            return;
        }

        var conversation = await client.Conversations.NewConversationAsync(to, cancellationToken: stoppingToken);
        using var timer = new PeriodicTimer(every, time);
        do
        {
            try
            {
                await conversation.SendAsync($"All is well at {time.GetUtcNow():HH:mm:ss} UTC.", stoppingToken);
                Reported(conversation.Peer.ToString());
            }
            catch (XmtpException failure) when (failure.IsRetryable)
            {
                NotReported(failure);
            }
        }
        while (await timer.WaitForNextTickAsync(stoppingToken));
    }

    [LoggerMessage(LogLevel.Error, "{To} cannot be written to")]
    private partial void CannotReport(string to);

    [LoggerMessage(LogLevel.Information, "Reported to {To}")]
    private partial void Reported(string to);

    [LoggerMessage(LogLevel.Warning, "Could not report; the next try is soon")]
    private partial void NotReported(Exception failure);
}
