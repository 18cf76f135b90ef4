using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.AspNetCore.StaticFiles;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.FileProviders;

namespace Xmtp.Samples.Tests;

/// <summary>Serves the files of one directory on a free port, as any web server would.</summary>
internal sealed class StaticSite : IAsyncDisposable
{
    private readonly WebApplication _application;

    private StaticSite(WebApplication application, string address) => (_application, Address) = (application, new Uri(address));

    public Uri Address { get; }

    public static async Task<StaticSite> StartAsync(string directory)
    {
        var builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions());
        builder.WebHost.UseKestrelCore().UseUrls("http://127.0.0.1:0");
        var application = builder.Build();
        application.UseFileServer(new FileServerOptions
        {
            FileProvider = new PhysicalFileProvider(directory),
            StaticFileOptions = { ServeUnknownFileTypes = true, ContentTypeProvider = new FileExtensionContentTypeProvider() },
        });
        await application.StartAsync(TestContext.Current.CancellationToken);
        return new StaticSite(application, application.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!.Addresses.Single());
    }

    public ValueTask DisposeAsync() => _application.DisposeAsync();
}
