using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Xmtp.Bots.Routing;
using Xmtp.Client;
using Xmtp.Extensions.Hosting;
using Xmtp.Protocol.Errors;

namespace Xmtp.Bots;

/// <summary>A bot that runs on its own, with configuration, logs and services of the generic host.</summary>
/// <example><code>
/// var bot = XmtpBot.CreateBuilder(args).Build();
/// bot.OnText((context, text) => context.ReplyAsync($"You said: {text}"));
/// await bot.RunAsync();
/// </code></example>
public sealed class XmtpBot : BotRoutes, IAsyncDisposable
{
    private readonly IHost _host;
    private readonly IXmtpClientAccessor _client;

    internal XmtpBot(IHost host, BotTable table)
        : base(table) => (_host, _client) = (host, host.Services.GetRequiredService<IXmtpClientAccessor>());

    /// <summary>The services of the application.</summary>
    public IServiceProvider Services => _host.Services;

    /// <summary>
    /// Begins a bot. Its account is configured as <see cref="XmtpAccountOptions"/> says; <c>--node ADDRESS</c> and <c>--key-file PATH</c> on the
    /// command line are short for two of them.
    /// </summary>
    /// <param name="args">The command line.</param>
    public static XmtpBotBuilder CreateBuilder(string[]? args = null) => new(args ?? []);

    /// <summary>Waits until the bot's client is open.</summary>
    /// <exception cref="XmtpException">It cannot be opened, and trying again would not help.</exception>
    public Task<XmtpClient> GetClientAsync(CancellationToken cancellationToken = default) => _client.GetAsync(cancellationToken);

    /// <summary>Starts the bot; it opens its client and listens from then on.</summary>
    public Task StartAsync(CancellationToken cancellationToken = default) => _host.StartAsync(cancellationToken);

    /// <summary>Stops listening, finishes what arrived, and closes nothing that <see cref="DisposeAsync"/> does not.</summary>
    /// <param name="cancellationToken">Ends the wait for handlers, which are cancelled then.</param>
    public Task StopAsync(CancellationToken cancellationToken = default) => _host.StopAsync(cancellationToken);

    /// <summary>Runs until the process is told to stop (Ctrl+C, SIGTERM) or the token is cancelled, finishes what arrived, and disposes the bot.</summary>
    /// <exception cref="XmtpException">The client cannot be opened, and trying again would not help.</exception>
    public async Task RunAsync(CancellationToken cancellationToken = default)
    {
        var opening = _client.GetAsync(CancellationToken.None);
        await _host.RunAsync(cancellationToken).ConfigureAwait(false);
        if (opening.IsFaulted) await opening.ConfigureAwait(false);
    }

    /// <summary>Closes the client, and breaks off what is being handled: stop the bot before to have that finished.</summary>
    public async ValueTask DisposeAsync()
    {
        if (_host is IAsyncDisposable host) await host.DisposeAsync().ConfigureAwait(false);
        else _host.Dispose();
    }
}
