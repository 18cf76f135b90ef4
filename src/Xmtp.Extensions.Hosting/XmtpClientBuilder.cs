using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Diagnostics.HealthChecks;
using Xmtp.Client;
using Xmtp.Identity;

namespace Xmtp.Extensions.Hosting;

/// <summary>Goes on with the set-up of an account after <c>AddXmtpClient</c>.</summary>
public sealed class XmtpClientBuilder
{
    internal XmtpClientBuilder(string name, IServiceCollection services) => (Name, Services) = (name, services);

    /// <summary>Name of the account; empty for the default one.</summary>
    public string Name { get; }

    /// <summary>The services of the application.</summary>
    public IServiceCollection Services { get; }

    /// <summary>Changes options, after the configuration was read.</summary>
    public XmtpClientBuilder Configure(Action<XmtpAccountOptions> configure)
    {
        Services.Configure(Name, configure);
        return this;
    }

    /// <summary>Changes the options of the client itself: codecs, retries, key store and whatever else configuration does not name.</summary>
    /// <param name="change">Gets the options as configured, and returns the changed ones.</param>
    public XmtpClientBuilder ConfigureClient(Func<IServiceProvider, XmtpClientOptions, XmtpClientOptions> change)
    {
        ArgumentNullException.ThrowIfNull(change);
        return Configure(options => options.Changes.Add(change));
    }

    /// <summary>Uses a wallet of the application's in place of a key from the configuration.</summary>
    /// <param name="wallet">Gives the wallet, which stays the application's to dispose. It is asked when the client is opened.</param>
    public XmtpClientBuilder UseWallet(Func<IServiceProvider, IWallet> wallet)
    {
        ArgumentNullException.ThrowIfNull(wallet);
        return Configure(options => options.Wallet = wallet);
    }

    /// <summary>Adds a health check: the client is open, and a node answers.</summary>
    /// <param name="name">Its name; null for <c>xmtp</c>, or <c>xmtp-NAME</c> for a named account.</param>
    /// <param name="failureStatus">What it reports otherwise; null for unhealthy.</param>
    /// <param name="tags">Tags to choose checks by.</param>
    public XmtpClientBuilder AddHealthCheck(string? name = null, HealthStatus? failureStatus = null, IEnumerable<string>? tags = null)
    {
        Services.AddHealthChecks().Add(new HealthCheckRegistration(
            name ?? (Name.Length == 0 ? "xmtp" : $"xmtp-{Name}"),
            services => new XmtpHealthCheck(services.GetRequiredKeyedService<XmtpClientAccessor>(Name)),
            failureStatus,
            tags));
        return this;
    }
}
