using System.Net;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Server.Kestrel.Core.Features;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.Extensions.Logging;
using Xmtp.Node.Hosting;

namespace Xmtp.Node.Tests.Hosting;

public sealed class ReusedStreamsTests : IAsyncDisposable
{
    private readonly RecordingLogger _log = new();
    private readonly HttpClient _http = new() { DefaultRequestVersion = HttpVersion.Version20, DefaultVersionPolicy = HttpVersionPolicy.RequestVersionExact };
    private readonly List<IHttp2StreamIdFeature> _streams = [];
    private WebApplication? _app;

    [Fact]
    public async Task Request_OnStreamLeftMarked_IsAnswered()
    {
        // The mark as Kestrel leaves it by a race that comes once in tens of thousands of requests; without the mend this waits for ever.
        await StartAsync(stream => ReusedStreams.IsQueued(stream) = _streams.Count > 1);
        Assert.Equal("1", await GetAsync());
        Assert.Equal("2", await GetAsync());
        Assert.Equal("3", await GetAsync());
        Assert.Same(_streams[0], _streams[1]);
        Assert.Equal([2290, 2290], _log.Events);
    }

    [Fact]
    public async Task Request_OnCleanStream_IsNotTouched()
    {
        await StartAsync(static _ => { });
        Assert.Equal("1", await GetAsync());
        Assert.Equal("2", await GetAsync());
        Assert.Same(_streams[0], _streams[1]);
        Assert.Empty(_log.Events);
    }

    [Fact]
    public void Clear_UnknownServer_SaysSoOnceAndDoesNothing()
    {
        var context = new DefaultHttpContext();
        context.Features.Set<IHttp2StreamIdFeature>(new OtherStream());
        var streams = new ReusedStreams(_log);
        streams.Clear(new DefaultHttpContext());
        Assert.Empty(_log.Events);
        streams.Clear(context);
        streams.Clear(context);
        Assert.Equal([2291], _log.Events);
    }

    public async ValueTask DisposeAsync()
    {
        _http.Dispose();
        if (_app is not null) await _app.DisposeAsync();
    }

    private async Task StartAsync(Action<IHttp2StreamIdFeature> arrive)
    {
        var builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions());
        builder.WebHost.UseKestrelCore().ConfigureKestrel(static kestrel => kestrel.Listen(IPAddress.Loopback, 0, static listen => listen.Protocols = HttpProtocols.Http2));
        _app = builder.Build();
        _app.Use(next => context =>
        {
            var stream = context.Features.GetRequiredFeature<IHttp2StreamIdFeature>();
            _streams.Add(stream);
            arrive(stream);
            return next(context);
        });
        _app.Use(new ReusedStreams(_log).Before);
        _app.Run(context => context.Response.WriteAsync($"{_streams.Count}"));
        await _app.StartAsync(TestContext.Current.CancellationToken);
        _http.BaseAddress = new Uri(_app.Urls.Single());
        _http.Timeout = TimeSpan.FromSeconds(20);
    }

    private Task<string> GetAsync() => _http.GetStringAsync("/", TestContext.Current.CancellationToken);

    private sealed class OtherStream : IHttp2StreamIdFeature
    {
        public int StreamId => 1;
    }

    private sealed class RecordingLogger : ILogger<ReusedStreams>
    {
        public List<int> Events { get; } = [];

        public IDisposable? BeginScope<TState>(TState state) where TState : notnull => null;

        public bool IsEnabled(LogLevel logLevel) => true;

        public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter) => Events.Add(eventId.Id);
    }
}
