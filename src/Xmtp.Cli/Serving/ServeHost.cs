using System.Net;
using System.Net.Sockets;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Connections;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.AspNetCore.Server.Kestrel.Transport.Sockets;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Xmtp.Client;
using Xmtp.Protocol.Errors;

namespace Xmtp.Cli.Serving;

/// <summary>Listens for programs, and serves them an account.</summary>
internal sealed class ServeHost : IAsyncDisposable
{
    // They are told why, and end; until they have, they are few.
    private const int RefusedMax = 16;
    private static readonly TimeSpan s_stopTime = TimeSpan.FromSeconds(5);

    private readonly WebApplication _app;
    private readonly CancellationTokenSource _stopping;
    private readonly string? _socket;

    private ServeHost(WebApplication app, CancellationTokenSource stopping, string? socket, Uri? http) => (_app, _stopping, _socket, Http) = (app, stopping, socket, http);

    /// <summary>Where HTTP is served; null for nowhere.</summary>
    public Uri? Http { get; }

    /// <summary>Begins to listen.</summary>
    /// <exception cref="XmtpException"><see cref="ErrorCatalogue.ListenFailed"/>. As by the token file.</exception>
    public static async Task<ServeHost> StartAsync(XmtpClient client, ServeOptions options, TimeProvider time, CancellationToken cancellationToken)
    {
        var stopping = new CancellationTokenSource();
        var limit = new ConnectionLimit(options.ConnectionsMax);
        var methods = new ServeMethods(client);
        var dispatcher = new RpcDispatcher(methods.All);
        var builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions());
        builder.Services.AddSingleton<IHostLifetime, NoLifetime>();
        builder.Services.Configure<HostOptions>(static host => host.ShutdownTimeout = s_stopTime);
        builder.WebHost.UseSockets(static transport => transport.CreateBoundListenSocket = static address => address is UnixDomainSocketEndPoint unix
            ? ServeSocket.Bind(unix.ToString())
            : SocketTransportOptions.CreateDefaultBoundListenSocket(address));
        builder.WebHost.UseKestrelCore().ConfigureKestrel(kestrel =>
        {
            kestrel.AddServerHeader = false;
            kestrel.Limits.MaxConcurrentConnections = options.ConnectionsMax + RefusedMax;
            kestrel.Limits.MaxRequestBodySize = RpcDispatcher.RequestLengthMaxBytes;
            if (options.Http is { } address) kestrel.Listen(address, listen =>
            {
                listen.Protocols = HttpProtocols.Http1;
                listen.Use(next => connection => limit.RunAsync(connection, next, (refused, why) =>
                {
                    // Said to its first request.
                    refused.Features.Set(why);
                    return next(refused);
                }));
            });
            if (options.Socket is { } path)
                kestrel.ListenUnixSocket(path, listen => listen.Run(connection => limit.RunAsync(connection, served => ServeAsync(served, client, dispatcher, time, stopping.Token), RefuseAsync)));
        });
        WebApplication? app = null;
        try
        {
            RequestDelegate handle = static _ => Task.CompletedTask;
            if (options.Http is not null)
            {
                var guard = new HttpGuard(TokenFile.Open(options.TokenFile), options.Hosts, options.Origins);
                handle = new HttpEndpoint(client, methods, dispatcher, guard, time, stopping.Token).HandleAsync;
            }

            app = builder.Build();
            app.Run(handle);
            await app.StartAsync(cancellationToken);
            return new ServeHost(app, stopping, options.Socket, HttpAddress(app, options.Http));
        }
        catch (Exception failure)
        {
            if (app is not null) await app.DisposeAsync();
            if (options.Socket is not null && failure is not XmtpException) File.Delete(options.Socket);
            stopping.Dispose();
            if (failure is IOException or SocketException) throw new XmtpException(ErrorCatalogue.ListenFailed, $"{options.Http} cannot be listened on: {failure.Message}", failure);
            throw;
        }
    }

    /// <summary>Ends requests that wait and streams, and then the connections.</summary>
    public async ValueTask DisposeAsync()
    {
        await _stopping.CancelAsync();
        await _app.StopAsync(CancellationToken.None);
        await _app.DisposeAsync();
        if (_socket is not null) File.Delete(_socket);
        _stopping.Dispose();
    }

    private static async Task ServeAsync(ConnectionContext connection, XmtpClient client, RpcDispatcher dispatcher, TimeProvider time, CancellationToken stopping)
    {
        using var served = new SocketConnection(connection, client, dispatcher, time);
        await served.RunAsync(stopping);
    }

    private static async Task RefuseAsync(ConnectionContext connection, ConnectionRefusal refusal) =>
        await connection.Transport.Output.WriteAsync((byte[])[.. RpcDispatcher.Refusal(new RpcException(RpcException.NoRoom, refusal.Why)).Span, (byte)'\n']);

    private static Uri? HttpAddress(WebApplication app, IPEndPoint? asked) =>
        asked is null ? null : new Uri(app.Urls.Single(static url => url.StartsWith("http://", StringComparison.Ordinal) && !url.Contains("unix", StringComparison.Ordinal)));

    /// <summary>Signals are the command's: it ends the server.</summary>
    private sealed class NoLifetime : IHostLifetime
    {
        public Task WaitForStartAsync(CancellationToken cancellationToken) => Task.CompletedTask;

        public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;
    }
}
