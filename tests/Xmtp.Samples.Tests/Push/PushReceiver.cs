using System.Collections.Concurrent;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;

namespace Xmtp.Samples.Tests.Push;

/// <summary>What a push server delivers to, over real HTTP: keeps each request and answers as told.</summary>
internal sealed class PushReceiver : IAsyncDisposable
{
    private readonly WebApplication _application;
    private int _refused;

    private PushReceiver(WebApplication application) => _application = application;

    /// <summary>Where it listens.</summary>
    public Uri Address => new(_application.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!.Addresses.Single());

    /// <summary>What it answers from now on.</summary>
    public int Status { get; set; } = StatusCodes.Status201Created;

    /// <summary>When it wants to be asked again, as a header; null when it does not say.</summary>
    public string? RetryAfter { get; set; }

    /// <summary>What it took.</summary>
    public ConcurrentQueue<PushRequest> Taken { get; } = new();

    /// <summary>How many requests it refused.</summary>
    public int Refused => Volatile.Read(ref _refused);

    public static async Task<PushReceiver> StartAsync()
    {
        var builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions());
        builder.WebHost.UseKestrelCore().UseUrls("http://127.0.0.1:0");
        var receiver = new PushReceiver(builder.Build());
        receiver._application.Run(receiver.TakeAsync);
        await receiver._application.StartAsync(TestContext.Current.CancellationToken);
        return receiver;
    }

    public ValueTask DisposeAsync() => _application.DisposeAsync();

    private async Task TakeAsync(HttpContext context)
    {
        using var body = new MemoryStream();
        await context.Request.Body.CopyToAsync(body, context.RequestAborted);
        context.Response.StatusCode = Status;
        if (RetryAfter is { } wanted) context.Response.Headers.RetryAfter = wanted;
        if (Status is < 200 or >= 300) Interlocked.Increment(ref _refused);
        else Taken.Enqueue(new PushRequest(context.Request.Headers.ToDictionary(static header => header.Key, static header => header.Value.ToString(), StringComparer.OrdinalIgnoreCase), body.ToArray()));
    }
}
