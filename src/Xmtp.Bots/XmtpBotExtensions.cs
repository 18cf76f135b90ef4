using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using Xmtp.Bots.Routing;
using Xmtp.Bots.Running;
using Xmtp.Extensions.Hosting;

namespace Xmtp.Bots;

/// <summary>Lets an account of a hosted application be a bot.</summary>
public static class XmtpBotExtensions
{
    /// <summary>Runs a bot on the account, beside whatever else the host runs.</summary>
    /// <param name="account">What <c>AddXmtpClient</c> returned.</param>
    /// <param name="routes">Adds handlers, filters and commands.</param>
    /// <param name="configure">Changes options, after the configuration was read.</param>
    public static XmtpClientBuilder AddBot(this XmtpClientBuilder account, Action<BotRoutes> routes, Action<BotOptions>? configure = null)
    {
        ArgumentNullException.ThrowIfNull(account);
        ArgumentNullException.ThrowIfNull(routes);
        var table = new BotTable();
        routes(new BotRoutes(table));
        return account.AddBot(table, configure);
    }

    internal static XmtpClientBuilder AddBot(this XmtpClientBuilder account, BotTable table, Action<BotOptions>? configure)
    {
        var (services, name) = (account.Services, account.Name);
        services.TryAddEnumerable(ServiceDescriptor.Singleton<IValidateOptions<BotOptions>, BotOptionsValidator>());
        var options = services.AddOptions<BotOptions>(name).BindConfiguration(SectionOf(name)).ValidateOnStart();
        if (configure is not null) options.Configure(configure);
        services.AddSingleton<IHostedService>(provider => new BotService(
            provider.GetRequiredKeyedService<IXmtpClientAccessor>(name),
            table,
            provider.GetRequiredService<IOptionsMonitor<BotOptions>>().Get(name),
            new InboxBotSource(),
            provider.GetRequiredService<IServiceScopeFactory>(),
            provider.GetService<TimeProvider>() ?? TimeProvider.System,
            provider.GetRequiredService<ILogger<XmtpBot>>()));
        return account;
    }

    internal static string SectionOf(string account) =>
        account.Length == 0 ? $"{XmtpAccountOptions.Section}:Bot" : $"{XmtpAccountOptions.Section}:Accounts:{account}:Bot";
}
