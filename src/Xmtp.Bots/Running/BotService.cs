using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Xmtp.Bots.Routing;
using Xmtp.Client;
using Xmtp.Extensions.Hosting;

namespace Xmtp.Bots.Running;

/// <summary>
/// Runs one bot: reads what arrives, leaves out its own messages and those of peers who write too much, and hands the rest to the
/// table, one at a time in each conversation. When it is stopped it reads no more and finishes what it has read.
/// </summary>
internal sealed class BotService(
    IXmtpClientAccessor accessor, BotTable table, BotOptions options, IBotSource source, IServiceScopeFactory scopes, TimeProvider time, ILogger<XmtpBot> logger)
    : BackgroundService
{
    private static readonly TimeSpan FirstDelay = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan DelayMax = TimeSpan.FromSeconds(30);

    private readonly CancellationTokenSource _abort = new();
    private XmtpClient _client = null!;

    public override Task StartAsync(CancellationToken cancellationToken)
    {
        table.ShowsHelp = options.Help;
        table.Close();
        return base.StartAsync(cancellationToken);
    }

    /// <summary>Finishes what was read, for as long as the host waits; then handlers are cancelled.</summary>
    public override async Task StopAsync(CancellationToken cancellationToken)
    {
        using var patience = cancellationToken.UnsafeRegister(static state => ((CancellationTokenSource)state!).Cancel(), _abort);
        await base.StopAsync(cancellationToken).ConfigureAwait(false);
    }

    public override void Dispose()
    {
        base.Dispose();
        _abort.Cancel();
        _abort.Dispose();
        (source as IDisposable)?.Dispose();
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        try
        {
            _client = await accessor.GetAsync(stoppingToken).ConfigureAwait(false);
        }
        catch (Exception)
        {
            // The host stops, or the service that opens the client has said why it cannot and stops the host.
            return;
        }

        using var lanes = new ConversationLanes(options.Parallelism, options.WaitingMax, HandleAsync);
        var rates = new PeerRates(options.MessagesPerPeer, options.PeerWindow, time);
        await Task.WhenAll(
            FollowAsync(ReadMessagesAsync, stoppingToken),
            table.Conversation is null ? Task.CompletedTask : FollowAsync(ReadConversationsAsync, stoppingToken)).ConfigureAwait(false);
        await lanes.IdleAsync().ConfigureAwait(false);

        async Task ReadMessagesAsync()
        {
            if (table.NeedsConsent) await _client.Consent.RefreshAsync(cancellationToken: stoppingToken).ConfigureAwait(false);
            await foreach (var work in source.ReadMessagesAsync(_client, () => BotLog.Listening(logger, _client.Address), stoppingToken).ConfigureAwait(false))
            {
                var message = work.Message!;
                var isFirstRefusal = false;
                if (!message.IsFromSelf && rates.TryTake(message.Sender, out isFirstRefusal))
                {
                    await lanes.AddAsync(work, stoppingToken).ConfigureAwait(false);
                    continue;
                }

                if (isFirstRefusal) BotLog.PeerTooFast(logger, message.Sender, options.MessagesPerPeer, options.PeerWindow.TotalSeconds);
                await source.HandledAsync(work).ConfigureAwait(false);
            }
        }

        async Task ReadConversationsAsync()
        {
            await foreach (var work in source.ReadConversationsAsync(_client, stoppingToken).ConfigureAwait(false))
                await lanes.AddAsync(work, stoppingToken).ConfigureAwait(false);
        }
    }

    /// <summary>Reads until the bot stops or the client is closed. Streams mend their connections by themselves; this is for those that could not be opened.</summary>
    private async Task FollowAsync(Func<Task> read, CancellationToken stoppingToken)
    {
        for (var delay = FirstDelay; ; delay = delay * 2 < DelayMax ? delay * 2 : DelayMax)
        {
            try
            {
                await read().ConfigureAwait(false);
                return;
            }
            catch (Exception) when (stoppingToken.IsCancellationRequested)
            {
                return;
            }
            catch (ObjectDisposedException)
            {
                return;
            }
            catch (Exception failure)
            {
                BotLog.CannotListen(logger, failure.Message, delay.TotalSeconds, failure);
            }

            await Task.Delay(delay, time, stoppingToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }

    private async Task HandleAsync(BotEvent work)
    {
        if (_abort.IsCancellationRequested)
        {
            // Read, but the host did not wait so long.
            BotLog.HandlerCancelled(logger);
            return;
        }

        using var timeout = new CancellationTokenSource(options.HandlerTimeout, time);
        using var handling = CancellationTokenSource.CreateLinkedTokenSource(timeout.Token, _abort.Token);
        try
        {
            var scope = scopes.CreateAsyncScope();
            await using (scope.ConfigureAwait(false))
            {
                if (work.Message is not { } message)
                    await table.Conversation!(new BotContext(_client, work.Conversation, scope.ServiceProvider, handling.Token)).ConfigureAwait(false);
                else if (!await table.HandleAsync(new MessageContext(_client, message, scope.ServiceProvider, handling.Token)).ConfigureAwait(false))
                    BotLog.NotHandled(logger, message.Id, message.ContentType);
            }
        }
        catch (OperationCanceledException) when (handling.IsCancellationRequested)
        {
            BotLog.HandlerCancelled(logger);
            if (_abort.IsCancellationRequested) return;
        }
        catch (Exception failure)
        {
            // The application's code: whatever it throws, the bot goes on with the next message.
            if (work.Message is { } message) BotLog.HandlerFailed(logger, message.Id, message.Sender, failure);
            else BotLog.ConversationHandlerFailed(logger, work.Conversation.Topic, failure);
        }

        await SettleAsync(work).ConfigureAwait(false);
    }

    private async Task SettleAsync(BotEvent work)
    {
        try
        {
            await source.HandledAsync(work).ConfigureAwait(false);
        }
        catch (Exception failure)
        {
            // The store, or its end: at worst the message is handled again after the next start.
            BotLog.NotNoted(logger, failure);
        }
    }
}
