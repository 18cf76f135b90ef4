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
    private const int PartLength = 512 * 1024;

    private readonly WebApplication _application;
    private readonly X509Certificate2 _certificate;
    private int _broken;

    private UploadFolder(WebApplication application, X509Certificate2 certificate) => (_application, _certificate) = (application, certificate);

    public ConcurrentDictionary<string, byte[]> Files { get; } = new();

    /// <summary>When set, transfers wait for a permit after each part of them.</summary>
    public SemaphoreSlim? Permits { get; set; }

    /// <summary>Whether it lets nobody put anything there.</summary>
    public bool IsClosed { get; set; }

    /// <summary>How many transfers the other side broke off.</summary>
    public int Broken => Volatile.Read(ref _broken);

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
        try
        {
            if (HttpMethods.IsPut(context.Request.Method)) await TakeAsync(context);
            else if (HttpMethods.IsGet(context.Request.Method)) await GiveAsync(context);
        }
        catch (Exception failure) when (failure is OperationCanceledException or IOException)
        {
            Interlocked.Increment(ref _broken);
        }
    }

    private async Task TakeAsync(HttpContext context)
    {
        using var content = new MemoryStream();
        var part = new byte[PartLength];
        for (int read; (read = await context.Request.Body.ReadAtLeastAsync(part, part.Length, throwOnEndOfStream: false, context.RequestAborted)) > 0;)
        {
            content.Write(part, 0, read);
            if (Permits is { } permits) await permits.WaitAsync(context.RequestAborted);
        }

        if (IsClosed) context.Response.StatusCode = StatusCodes.Status403Forbidden;
        else Files[context.Request.Path.Value!] = content.ToArray();
    }

    private async Task GiveAsync(HttpContext context)
    {
        if (!Files.TryGetValue(context.Request.Path.Value!, out var file))
        {
            context.Response.StatusCode = StatusCodes.Status404NotFound;
            return;
        }

        context.Response.ContentLength = file.Length;
        for (var sent = 0; sent < file.Length; sent += PartLength)
        {
            await context.Response.Body.WriteAsync(file.AsMemory(sent, Math.Min(PartLength, file.Length - sent)), context.RequestAborted);
            await context.Response.Body.FlushAsync(context.RequestAborted);
            if (Permits is { } permits) await permits.WaitAsync(context.RequestAborted);
        }
    }
}
