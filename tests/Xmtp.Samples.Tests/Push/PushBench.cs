using System.Security.Cryptography;
using Google.Protobuf;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Time.Testing;
using PushServer;
using PushServer.Delivering;
using PushServer.Storage;
using Xmtp.Protocol.MessageApi.V1;

namespace Xmtp.Samples.Tests.Push;

/// <summary>The delivering half of the push server with a clock that the test moves; store, HTTP and encryption are its own.</summary>
internal sealed class PushBench : IAsyncDisposable
{
    private readonly DirectoryInfo _directory = Directory.CreateTempSubdirectory("xmtp-push-bench-");
    private readonly BrowserSubscription _browser = new();
    private readonly ServiceProvider _services;
    private readonly MetricsPage _metrics;
    private ulong _envelopes;

    public PushBench(Func<string, PushServerOptions> options)
    {
        _services = new ServiceCollection().AddLogging().AddMetrics()
            .AddSingleton(options(Path.Combine(_directory.FullName, "push.db"))).AddSingleton<TimeProvider>(Time)
            .AddSingleton(static services => new Database(services.GetRequiredService<PushServerOptions>().Store))
            .AddSingleton<Registrations>().AddSingleton<Outbox>().AddSingleton<DeliverySignal>()
            .AddSingleton<DeliveryHandler>().AddSingleton<WebPushSender>().AddSingleton<WebhookSender>()
            .AddSingleton<PushMetrics>().AddSingleton<MetricsPage>().AddSingleton<PushHealth>().AddHostedService<Deliverer>()
            .BuildServiceProvider();
        _metrics = _services.GetRequiredService<MetricsPage>();
    }

    public FakeTimeProvider Time { get; } = new(TimeProvider.System.GetUtcNow());

    public Registrations Registrations => _services.GetRequiredService<Registrations>();

    public Outbox Outbox => _services.GetRequiredService<Outbox>();

    public string Metrics => _metrics.Write();

    public Task StartAsync() => _services.GetRequiredService<IHostedService>().StartAsync(TestContext.Current.CancellationToken);

    /// <summary>An installation of either kind.</summary>
    public string Register(string kind, Uri address) => Registrations.Add(kind == Target.WebPush
        ? new Target(kind, address, _browser.P256dh, _browser.Auth)
        : new Target(kind, address, Secret: RandomNumberGenerator.GetBytes(32))).Id;

    /// <summary>Puts a delivery into the outbox, as the follower does.</summary>
    public void Add(string installation)
    {
        var envelope = new Envelope { ContentTopic = "/xmtp/0/m-test/proto", TimestampNs = ++_envelopes, Message = ByteString.CopyFromUtf8("encrypted") };
        Assert.True(Outbox.Add(installation, envelope));
        _services.GetRequiredService<DeliverySignal>().Raise();
    }

    public async ValueTask DisposeAsync()
    {
        await _services.GetRequiredService<IHostedService>().StopAsync(CancellationToken.None);
        await _services.DisposeAsync();
        _browser.Dispose();
        _directory.Delete(recursive: true);
    }
}
