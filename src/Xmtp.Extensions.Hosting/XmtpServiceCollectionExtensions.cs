using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Options;
using Xmtp.Extensions.Hosting;

// Where applications look for such methods.
namespace Microsoft.Extensions.DependencyInjection;

/// <summary>Adds XMTP accounts to an application.</summary>
public static class XmtpServiceCollectionExtensions
{
    /// <summary>
    /// Adds the default account, configured by the section <c>Xmtp</c>. The host opens its client after the start;
    /// <see cref="IXmtpClientAccessor"/> gives it.
    /// </summary>
    /// <param name="services">The services of the application.</param>
    /// <param name="configure">Changes options, after the configuration was read.</param>
    /// <exception cref="InvalidOperationException">There is a default account already.</exception>
    public static XmtpClientBuilder AddXmtpClient(this IServiceCollection services, Action<XmtpAccountOptions>? configure = null) =>
        AddAccount(services, Options.Options.DefaultName, configure);

    /// <summary>
    /// Adds a named account, configured by the section <c>Xmtp:Accounts:NAME</c>. Its <see cref="IXmtpClientAccessor"/> is the service with
    /// the key <paramref name="name"/>.
    /// </summary>
    /// <param name="services">The services of the application.</param>
    /// <param name="name">Name of the account within the application; peers never see it.</param>
    /// <param name="configure">Changes options, after the configuration was read.</param>
    /// <exception cref="InvalidOperationException">There is an account of this name already.</exception>
    public static XmtpClientBuilder AddXmtpClient(this IServiceCollection services, string name, Action<XmtpAccountOptions>? configure = null)
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(name);
        return AddAccount(services, name, configure);
    }

    private static XmtpClientBuilder AddAccount(IServiceCollection services, string name, Action<XmtpAccountOptions>? configure)
    {
        ArgumentNullException.ThrowIfNull(services);
        if (services.Any(service => service.IsKeyedService && service.ServiceType == typeof(XmtpClientAccessor) && Equals(service.ServiceKey, name)))
            throw new InvalidOperationException(name.Length == 0 ? "There is a default XMTP account already; give further ones a name." : $"There is an XMTP account '{name}' already.");

        services.TryAddEnumerable(ServiceDescriptor.Singleton<IValidateOptions<XmtpAccountOptions>, XmtpAccountValidator>());
        var options = services.AddOptions<XmtpAccountOptions>(name).BindConfiguration(XmtpAccountOptions.SectionOf(name)).ValidateOnStart();
        if (configure is not null) options.Configure(configure);
        if (name.Length > 0) options.PostConfigure<IConfiguration>(InheritNodes);

        services.AddKeyedSingleton(name, static (provider, key) => new XmtpClientAccessor((string)key!, provider));
        services.AddKeyedSingleton<IXmtpClientAccessor>(name, static (provider, key) => provider.GetRequiredKeyedService<XmtpClientAccessor>(key));
        if (name.Length == 0) services.AddSingleton<IXmtpClientAccessor>(static provider => provider.GetRequiredKeyedService<XmtpClientAccessor>(Options.Options.DefaultName));
        services.AddSingleton<IHostedService>(provider => new XmtpClientService(
            provider.GetRequiredKeyedService<XmtpClientAccessor>(name),
            provider.GetService<TimeProvider>() ?? TimeProvider.System,
            (provider.GetService<ILoggerFactory>() ?? NullLoggerFactory.Instance).CreateLogger<XmtpClientService>()));
        return new XmtpClientBuilder(name, services);
    }

    private static void InheritNodes(XmtpAccountOptions options, IConfiguration configuration)
    {
        if (options.Nodes.Count > 0) return;
        foreach (var node in configuration.GetSection($"{XmtpAccountOptions.Section}:{nameof(options.Nodes)}").GetChildren())
        {
            if (node.Value is { } address) options.Nodes.Add(address);
        }
    }
}
