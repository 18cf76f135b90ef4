using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Xmtp.Bots.Routing;
using Xmtp.Extensions.Hosting;

namespace Xmtp.Bots;

/// <summary>Sets up a bot that runs on its own. Made by <see cref="XmtpBot.CreateBuilder"/>.</summary>
public sealed class XmtpBotBuilder
{
    private static readonly Dictionary<string, string> Switches = new()
    {
        ["--node"] = $"{XmtpAccountOptions.Section}:{nameof(XmtpAccountOptions.Nodes)}:0",
        ["--key-file"] = $"{XmtpAccountOptions.Section}:{nameof(XmtpAccountOptions.PrivateKeyFile)}",
    };

    private readonly HostApplicationBuilder _host;
    private readonly BotTable _table = new();

    internal XmtpBotBuilder(string[] args)
    {
        _host = Host.CreateApplicationBuilder(args);
        _host.Configuration.AddCommandLine(args, Switches);
        Account = _host.Services.AddXmtpClient().AddBot(_table, configure: null);
    }

    /// <summary>The bot's account.</summary>
    public XmtpClientBuilder Account { get; }

    /// <summary>Services for handlers.</summary>
    public IServiceCollection Services => _host.Services;

    /// <summary>The configuration: <c>appsettings.json</c>, environment variables, the command line.</summary>
    public ConfigurationManager Configuration => _host.Configuration;

    /// <summary>Where logs go; the console unless changed.</summary>
    public ILoggingBuilder Logging => _host.Logging;

    /// <summary>Changes options of the bot, after the configuration was read.</summary>
    public XmtpBotBuilder Configure(Action<BotOptions> configure)
    {
        Services.Configure(configure);
        return this;
    }

    /// <summary>Makes the bot, to which handlers are added next.</summary>
    public XmtpBot Build() => new(_host.Build(), _table);
}
