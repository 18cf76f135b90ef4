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

namespace Xmtp.Inbox.Tests.Pages;

/// <summary>A web server that takes files with PUT and gives them with GET to pages of any origin, over TLS with a certificate of its own making.</summary>
internal sealed class UploadFolder : IAsyncDisposable
{
    private readonly WebApplication _application;
    private readonly X509Certificate2 _certificate;

    private UploadFolder(WebApplication application, X509Certificate2 certificate) => (_application, _certificate) = (application, certificate);

    public ConcurrentDictionary<string, byte[]> Files { get; } = new();

    /// <summary>With a closing slash.</summary>
    public Uri Address { get; private set; } = new("https://localhost/");

    public static async Task<UploadFolder> StartAsync()
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var request = new CertificateRequest("CN=localhost", key, HashAlgorithmName.SHA256);
        var certificate = request.CreateSelfSigned(TimeProvider.System.GetUtcNow().AddDays(-1), TimeProvider.System.GetUtcNow().AddDays(1));
        var builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions());
        builder.WebHost.UseKestrelCore().UseKestrelHttpsConfiguration()
            .ConfigureKestrel(kestrel => kestrel.Listen(IPAddress.Loopback, 0, listen => listen.UseHttps(certificate)));
        var application = builder.Build();
        var folder = new UploadFolder(application, certificate);
        application.Run(folder.AnswerAsync);
        await application.StartAsync(TestContext.Current.CancellationToken);
        var port = new Uri(application.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!.Addresses.Single()).Port;
        folder.Address = new Uri($"https://127.0.0.1:{port}/files/");
        return folder;
    }

    public async ValueTask DisposeAsync()
    {
        await _application.DisposeAsync();
        _certificate.Dispose();
    }

    private async Task AnswerAsync(HttpContext context)
    {
        var headers = context.Response.Headers;
        headers.AccessControlAllowOrigin = "*";
        headers.AccessControlAllowMethods = "GET, PUT";
        headers.AccessControlAllowHeaders = "*";
        var name = context.Request.Path.Value!;
        if (HttpMethods.IsPut(context.Request.Method))
        {
            using var content = new MemoryStream();
            await context.Request.Body.CopyToAsync(content, context.RequestAborted);
            Files[name] = content.ToArray();
        }
        else if (HttpMethods.IsGet(context.Request.Method))
        {
            if (Files.TryGetValue(name, out var file)) await context.Response.Body.WriteAsync(file, context.RequestAborted);
            else context.Response.StatusCode = StatusCodes.Status404NotFound;
        }
    }
}
