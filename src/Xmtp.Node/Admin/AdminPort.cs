using System.Net;
using Microsoft.AspNetCore.Connections;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Xmtp.Node.Hosting;
using Xmtp.Node.Options;
using Xmtp.Protocol.Errors;

namespace Xmtp.Node.Admin;

/// <summary>The operator's port: a web server of its own, with nothing on it that is for clients, so that neither can be reached through the other.</summary>
internal sealed class AdminPort : IAsyncDisposable
{
    private const int ConnectionsMax = 64;
    /// <summary>Length of a body that is read as a whole.</summary>
    public const int BodyMaxBytes = 1 << 20;

    private static readonly TimeSpan s_stopPatience = TimeSpan.FromSeconds(2);

    private readonly WebApplication _app;
    private readonly AdminEntry _entry;
    private readonly AdminSettings _settings;
    private ListenOptions? _listener;

    private AdminPort(AdminSettings settings, AdminToken token, NodeHostParts parts, NodeOptions options, NodeServices services)
    {
        (_settings, TokenFile) = (settings, token.Path);
        var loggers = parts.Base.GetRequiredService<ILoggerFactory>();
        var logger = loggers.CreateLogger<AdminPort>();
        Routes = AdminRoutes.Create(options, parts, services);
        _entry = new AdminEntry(new AdminGuard(token, settings), Routes, parts.Time, logger);
        var builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions { ApplicationName = typeof(AdminPort).Assembly.GetName().Name });
        builder.WebHost.UseKestrelCore().ConfigureKestrel(Configure);
        builder.Services.AddSingleton<IHostLifetime, NoLifetime>();
        builder.Services.AddSingleton(loggers);
        _app = builder.Build();
        _app.Run(_entry.InvokeAsync);
        if (!IsLoopback(settings.Bind)) logger.AdminOpen();
    }

    /// <summary>Where it is.</summary>
    public Uri Address => new UriBuilder(Uri.UriSchemeHttp, IsAny(_settings.Bind) ? IPAddress.Loopback.ToString() : _settings.Bind, _listener?.IPEndPoint?.Port ?? 0).Uri;

    /// <summary>What can be asked for.</summary>
    public IReadOnlyList<AdminRoute> Routes { get; }

    /// <summary>The file of its token.</summary>
    public string TokenFile { get; }

    /// <summary>Begins to listen.</summary>
    /// <exception cref="NodeOptionsException">The token's file cannot be used.</exception>
    /// <exception cref="XmtpException"><see cref="ErrorCatalogue.ListenFailed"/>.</exception>
    public static async Task<AdminPort> StartAsync(NodeOptions options, NodeHostParts parts, NodeServices services, CancellationToken cancellationToken)
    {
        var port = new AdminPort(options.Admin, AdminToken.LoadOrCreate(options), parts, options, services);
        try
        {
            await port._app.StartAsync(cancellationToken).ConfigureAwait(false);
            return port;
        }
        catch (Exception failure)
        {
            await port.DisposeAsync().ConfigureAwait(false);
            if (failure is not (IOException or AddressInUseException or System.Net.Sockets.SocketException)) throw;
            throw new XmtpException(ErrorCatalogue.ListenFailed, $"cannot listen on {options.Admin.Bind}, port {options.Admin.Port}: {failure.Message}", failure);
        }
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        _entry.BeginStop();
        using var patience = new CancellationTokenSource(s_stopPatience);
        await _app.StopAsync(patience.Token).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        await _app.DisposeAsync().ConfigureAwait(false);
        await _entry.DisposeAsync().ConfigureAwait(false);
    }

    private void Configure(KestrelServerOptions kestrel)
    {
        kestrel.AddServerHeader = false;
        var limits = kestrel.Limits;
        limits.MaxConcurrentConnections = ConnectionsMax;
        limits.MaxRequestBodySize = BodyMaxBytes;
        limits.MaxRequestHeadersTotalSize = 16 << 10;
        // An operator may write a backup to a slow disk.
        limits.MinResponseDataRate = null;
        NodeListeners.Bind(kestrel, _settings.Bind, _settings.Port ?? 0, listen =>
        {
            _listener = listen;
            listen.Protocols = HttpProtocols.Http1;
        });
    }

    private static bool IsAny(string bind) => bind == "*" || (IPAddress.TryParse(bind, out var address) && (address.Equals(IPAddress.Any) || address.Equals(IPAddress.IPv6Any)));

    private static bool IsLoopback(string bind) => bind == "localhost" || (IPAddress.TryParse(bind, out var address) && IPAddress.IsLoopback(address));
}
