using System.Diagnostics.Metrics;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Diagnostics.HealthChecks;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Time.Testing;
using Xmtp.Client.Diagnostics;
using Xmtp.Identity;
using Xmtp.Protocol.Errors;
using Xmtp.TestNetwork;
using Xmtp.TestSupport;

namespace Xmtp.Extensions.Hosting.Tests;

public sealed class HostedClientTests : IAsyncLifetime
{
    private readonly string _directory = Path.Combine(Path.GetTempPath(), $"xmtp-hosting-{Guid.NewGuid():n}");
    private readonly CapturedLog _log = new();
    private TestNode _node = null!;
    private Uri _address = null!;

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync()
    {
        _node = await TestNode.StartAsync();
        _address = _node.GrpcAddress;
    }

    public async ValueTask DisposeAsync()
    {
        await _node.DisposeAsync();
        _log.Dispose();
        if (Directory.Exists(_directory)) Directory.Delete(_directory, recursive: true);
    }

    [Fact]
    public async Task AddXmtpClient_KeyInConfiguration_OpensThatAccount()
    {
        using var wallet = PrivateKeyWallet.Generate();
        using var host = BuildHost(static services => services.AddXmtpClient(), ("Xmtp:PrivateKey", $"0x{Convert.ToHexString(wallet.Export())}"));
        await host.StartAsync(Token);
        var client = await host.Services.GetRequiredService<IXmtpClientAccessor>().GetAsync(Token);
        Assert.Equal(wallet.Address, client.Address);
        Assert.True(await client.CanMessageAsync(wallet.Address, Token));
        await host.StopAsync(Token);
    }

    [Fact]
    public async Task AddXmtpClient_TwoNames_AreTwoAccountsThatTalk()
    {
        using PrivateKeyWallet sales = PrivateKeyWallet.Generate(), support = PrivateKeyWallet.Generate();
        using var host = BuildHost(
            services =>
            {
                services.AddXmtpClient("sales").UseWallet(_ => sales);
                services.AddXmtpClient("support").UseWallet(_ => support);
            });
        await host.StartAsync(Token);
        var from = await host.Services.GetRequiredKeyedService<IXmtpClientAccessor>("sales").GetAsync(Token);
        var to = await host.Services.GetRequiredKeyedService<IXmtpClientAccessor>("support").GetAsync(Token);
        Assert.Equal((sales.Address, support.Address), (from.Address, to.Address));
        var conversation = await from.Conversations.NewConversationAsync(to.Address, cancellationToken: Token);
        await conversation.SendAsync("gm", Token);
        var received = await Assert.Single(await to.Conversations.ListAsync(cancellationToken: Token)).ListMessagesAsync(cancellationToken: Token).SingleAsync(Token);
        Assert.Equal("gm", received.Content);
        Assert.Null(host.Services.GetService<IXmtpClientAccessor>());
    }

    [Fact]
    public async Task Host_Disposed_ClosesTheClient()
    {
        var host = BuildHost(static services => services.AddXmtpClient().UseWallet(static _ => PrivateKeyWallet.Generate()));
        await host.StartAsync(Token);
        var client = await host.Services.GetRequiredService<IXmtpClientAccessor>().GetAsync(Token);
        await host.StopAsync(Token);

        // Services that stop after this one may still use it.
        Assert.True(await client.CanMessageAsync(client.Address, Token));
        host.Dispose();
        await Assert.ThrowsAsync<ObjectDisposedException>(() => client.CanMessageAsync(client.Address, Token));
    }

    [Fact]
    public async Task Host_NodeDown_StartsAndOpensTheClientWhenItIsBack()
    {
        await _node.StopAsync(Token);
        var clock = new FakeTimeProvider(TimeProvider.System.GetUtcNow());
        using var host = BuildHost(
            services =>
            {
                services.AddSingleton<TimeProvider>(clock);
                services.AddXmtpClient().UseWallet(static _ => PrivateKeyWallet.Generate());
            });
        await host.StartAsync(Token);
        var accessor = host.Services.GetRequiredService<IXmtpClientAccessor>();
        await AdvanceUntilAsync(clock, () => _log.Lines.Any(static line => line.EventId == 4101));
        Assert.Null(accessor.Client);
        await _node.StartAgainAsync(Token);
        await AdvanceUntilAsync(clock, () => accessor.Client is not null);
        Assert.Equal(accessor.Client, await accessor.GetAsync(Token));
        await host.StopAsync(Token);
    }

    [Fact]
    public async Task Host_StoppedBeforeOpen_EndsTheWait()
    {
        await _node.StopAsync(Token);
        using var host = BuildHost(static services => services.AddXmtpClient().UseWallet(static _ => PrivateKeyWallet.Generate()));
        await host.StartAsync(Token);
        var waiting = host.Services.GetRequiredService<IXmtpClientAccessor>().GetAsync(Token);
        await host.StopAsync(Token);
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => waiting.WaitAsync(TimeSpan.FromSeconds(30), Token));
    }

    [Fact]
    public async Task Host_KeyFileWithoutKey_StopsAndSaysWhy()
    {
        Directory.CreateDirectory(_directory);
        var path = Path.Combine(_directory, "key");
        await File.WriteAllTextAsync(path, "not a key", Token);
        using var host = BuildHost(static services => services.AddXmtpClient(), ("Xmtp:PrivateKeyFile", path));
        var stopping = host.Services.GetRequiredService<IHostApplicationLifetime>().ApplicationStopping;
        await host.StartAsync(Token);
        var failure = await Assert.ThrowsAsync<XmtpException>(() => host.Services.GetRequiredService<IXmtpClientAccessor>().GetAsync(Token));
        Assert.Equal(ErrorCatalogue.KeyFileUnreadable, failure.Code);
        Assert.DoesNotContain("not a key", failure.Message, StringComparison.Ordinal);
        await Eventually.TrueAsync(() => stopping.IsCancellationRequested, "the host to stop");
    }

    [Fact]
    public async Task Host_CreatePrivateKeyFile_MakesItOnceForThisUserOnly()
    {
        var path = Path.Combine(_directory, "secrets", "key");
        var first = await OpenAsync();
        if (!OperatingSystem.IsWindows()) Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(path));
        Assert.Equal(first, await OpenAsync());
        var key = (await File.ReadAllTextAsync(path, Token)).Trim();
        Assert.DoesNotContain(_log.Lines, line => line.Text.Contains(key, StringComparison.OrdinalIgnoreCase));

        async Task<string> OpenAsync()
        {
            using var host = BuildHost(static services => services.AddXmtpClient(), ("Xmtp:PrivateKeyFile", path), ("Xmtp:CreatePrivateKeyFile", "true"));
            await host.StartAsync(Token);
            var address = (await host.Services.GetRequiredService<IXmtpClientAccessor>().GetAsync(Token)).Address.ToString();
            await host.StopAsync(Token);
            return address;
        }
    }

    [Fact]
    public async Task Host_StorePath_KeepsTheInboxAndNeedsNoNodeTheNextTime()
    {
        using var wallet = PrivateKeyWallet.Generate();
        (string, string)[] store = [("Xmtp:StorePath", Path.Combine(_directory, "inbox")), ("Xmtp:StoreKeyFile", Path.Combine(_directory, "secrets", "inbox.key"))];
        for (var run = 0; run < 2; run++)
        {
            using var host = BuildHost(services => services.AddXmtpClient().UseWallet(_ => wallet), store);
            await host.StartAsync(Token);
            var client = await host.Services.GetRequiredService<IXmtpClientAccessor>().GetAsync(Token);
            Assert.True(client.Inbox.IsDurable);
            Assert.Equal(wallet.Address, client.Address);
            await host.StopAsync(Token);
            if (run == 0) await _node.StopAsync(Token);
        }

        var key = Path.Combine(_directory, "secrets", "inbox.key");
        Assert.Equal(64, (await File.ReadAllTextAsync(key, Token)).Trim().Length);
        if (!OperatingSystem.IsWindows()) Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(key));
    }

    [Fact]
    public async Task Host_Services_ArePassedToTheClient()
    {
        using var host = BuildHost(static services => services.AddXmtpClient(static options => options.AppVersion = "hosting-tests/1")
            .UseWallet(static _ => PrivateKeyWallet.Generate())
            .ConfigureClient(static (_, options) => options with { StreamBufferSize = 7 })
            .ConfigureClient(static (_, options) => options with { AppVersion = $"{options.AppVersion}.{options.StreamBufferSize}" }));
        var factory = host.Services.GetRequiredService<IMeterFactory>();
        var measured = 0;
        using var listener = new MeterListener
        {
            InstrumentPublished = (instrument, listener) =>
            {
                if (instrument.Meter.Name == XmtpTelemetry.MeterName && instrument.Meter.Scope == factory) listener.EnableMeasurementEvents(instrument);
            },
        };
        listener.SetMeasurementEventCallback<long>((_, _, _, _) => Interlocked.Increment(ref measured));
        listener.Start();
        await host.StartAsync(Token);
        await host.Services.GetRequiredService<IXmtpClientAccessor>().GetAsync(Token);
        Assert.True(measured > 0);
        Assert.Contains(_log.Lines, static line => line.Category == "Xmtp.Client.XmtpClient");
        using var http = new HttpClient { BaseAddress = _node.HttpAddress };
        var metrics = await http.GetStringAsync(new Uri("/metrics", UriKind.Relative), Token);
        Assert.Contains("app=\"hosting-tests\"", metrics, StringComparison.Ordinal);
        Assert.Contains("app_version=\"1.7\"", metrics, StringComparison.Ordinal);
        await host.StopAsync(Token);
    }

    [Fact]
    public async Task HealthCheck_NodeUpAndDown_TellsIt()
    {
        using var host = BuildHost(static services => services.AddXmtpClient()
            .UseWallet(static _ => PrivateKeyWallet.Generate())
            .ConfigureClient(static (_, options) => options with { Retry = Client.Transport.RetryPolicy.None })
            .AddHealthCheck(failureStatus: HealthStatus.Degraded));
        var health = host.Services.GetRequiredService<HealthCheckService>();
        Assert.Equal((HealthStatus.Degraded, "The client is not open yet."), await CheckAsync());
        await host.StartAsync(Token);
        await host.Services.GetRequiredService<IXmtpClientAccessor>().GetAsync(Token);
        Assert.Equal((HealthStatus.Healthy, null), await CheckAsync());
        await _node.StopAsync(Token);
        Assert.Equal((HealthStatus.Degraded, "No node answers."), await CheckAsync());
        await host.StopAsync(Token);

        async Task<(HealthStatus, string?)> CheckAsync()
        {
            var entry = (await health.CheckHealthAsync(Token)).Entries["xmtp"];
            return (entry.Status, entry.Description);
        }
    }

    [Fact]
    public void AddXmtpClient_SameNameTwice_IsRefused()
    {
        var services = new ServiceCollection();
        services.AddXmtpClient("support");
        Assert.Contains("support", Assert.Throws<InvalidOperationException>(() => services.AddXmtpClient("support")).Message, StringComparison.Ordinal);
        services.AddXmtpClient();
        Assert.Throws<InvalidOperationException>(() => services.AddXmtpClient());
    }

    private static async Task AdvanceUntilAsync(FakeTimeProvider clock, Func<bool> condition) => await Eventually.TrueAsync(() =>
    {
        if (condition()) return true;
        clock.Advance(TimeSpan.FromMilliseconds(50));
        return false;
    });

    private IHost BuildHost(Action<IServiceCollection> add, params (string Key, string Value)[] settings)
    {
        var builder = Host.CreateEmptyApplicationBuilder(null);
        builder.Configuration.AddInMemoryCollection(
            [new("Xmtp:Nodes:0", _address.ToString()), .. settings.Select(static pair => new KeyValuePair<string, string?>(pair.Key, pair.Value))]);
        builder.Logging.AddProvider(_log).SetMinimumLevel(LogLevel.Debug);
        add(builder.Services);
        return builder.Build();
    }
}
