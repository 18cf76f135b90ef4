using System.Collections.Concurrent;
using System.Net;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace Xmtp.Client.Tests.Attachments;

/// <summary>A web server on loopback, over TLS with a certificate of its own, that keeps what is PUT to it.</summary>
internal sealed class FileServer : IAsyncDisposable
{
    private readonly WebApplication _application;
    private readonly X509Certificate2 _certificate;

    private FileServer(WebApplication application, X509Certificate2 certificate)
    {
        (_application, _certificate) = (application, certificate);
        var port = new Uri(application.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!.Addresses.Single()).Port;
        Folder = new Uri($"https://127.0.0.1:{port}/files/");
        Handler = new SocketsHttpHandler { AllowAutoRedirect = false, UseCookies = false };
        Handler.SslOptions.RemoteCertificateValidationCallback = (_, presented, _, _) => presented?.GetCertHashString() == certificate.GetCertHashString();
    }

    public Uri Folder { get; }

    /// <summary>Trusts this server alone.</summary>
    public SocketsHttpHandler Handler { get; }

    public ConcurrentDictionary<string, byte[]> Files { get; } = new();

    public ConcurrentQueue<string?> Authorizations { get; } = new();

    /// <summary>Answers downloads in place of the server.</summary>
    public Func<HttpContext, Task>? OnGet { get; set; }

    public static async Task<FileServer> StartAsync()
    {
        var certificate = CreateCertificate();
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseKestrelHttpsConfiguration().ConfigureKestrel(server => server.Listen(IPAddress.Loopback, 0, port => port.UseHttps(certificate)));
        var application = builder.Build();
        FileServer? started = null;
        application.Run(context => started!.AnswerAsync(context));
        await application.StartAsync(TestContext.Current.CancellationToken);
        return started = new FileServer(application, certificate);
    }

    public async ValueTask DisposeAsync()
    {
        Handler.Dispose();
        await _application.DisposeAsync();
        _certificate.Dispose();
    }

    private static X509Certificate2 CreateCertificate()
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var request = new CertificateRequest("CN=localhost", key, HashAlgorithmName.SHA256);
        var now = TimeProvider.System.GetUtcNow();
        using var made = request.CreateSelfSigned(now.AddDays(-1), now.AddDays(1));
        return X509CertificateLoader.LoadPkcs12(made.Export(X509ContentType.Pfx), null);
    }

    private async Task AnswerAsync(HttpContext context)
    {
        Authorizations.Enqueue(context.Request.Headers.Authorization);
        var name = context.Request.Path.Value!;
        if (context.Request.Method == "PUT")
        {
            using var body = new MemoryStream();
            await context.Request.Body.CopyToAsync(body, context.RequestAborted);
            Files[name] = body.ToArray();
        }
        else if (OnGet is { } answer)
        {
            await answer(context);
        }
        else if (Files.TryGetValue(name, out var file))
        {
            await context.Response.Body.WriteAsync(file, context.RequestAborted);
        }
        else
        {
            context.Response.StatusCode = 404;
        }
    }
}
