using Microsoft.Extensions.Time.Testing;
using Xmtp.Client.Diagnostics;
using Xmtp.Client.Transport;
using Xmtp.Identity;

namespace Xmtp.Client.Tests.Fakes;

/// <summary>A client on a fake network, with what a test wants to look at.</summary>
internal sealed class TestAccount : IAsyncDisposable
{
    private TestAccount(XmtpClient client, FakeTransport transport, IWallet wallet, XmtpClientOptions options, DropList dropped) =>
        (Client, Transport, Wallet, Options, Dropped) = (client, transport, wallet, options, dropped);

    public XmtpClient Client { get; }

    public FakeTransport Transport { get; }

    public IWallet Wallet { get; }

    public XmtpClientOptions Options { get; }

    public DropList Dropped { get; }

    public static async Task<TestAccount> StartAsync(
        FakeNetwork network, TimeProvider? clock = null, IWallet? wallet = null, Func<XmtpClientOptions, XmtpClientOptions>? configure = null)
    {
        var transport = new FakeTransport(network);
        var dropped = new DropList();
        var options = new XmtpClientOptions
        {
            CustomTransport = transport,
            TimeProvider = clock ?? TimeProvider.System,
            Dropped = dropped,
            Retry = new RetryPolicy { FirstDelay = TimeSpan.FromMilliseconds(1), DelayMax = TimeSpan.FromMilliseconds(5), RateLimitDelay = TimeSpan.FromMilliseconds(1) },
        };
        if (configure is not null) options = configure(options);
        wallet ??= PrivateKeyWallet.Generate();
        return new TestAccount(await XmtpClient.CreateAsync(wallet, options, TestContext.Current.CancellationToken), transport, wallet, options, dropped);
    }

    /// <summary>The same account on another device.</summary>
    public Task<TestAccount> OnAnotherDeviceAsync() => StartAsync(Transport.Network, Options.TimeProvider, Wallet);

    public ValueTask DisposeAsync() => Client.DisposeAsync();

    public static FakeTimeProvider Clock() => new(new DateTimeOffset(2024, 5, 6, 7, 8, 9, TimeSpan.Zero));

    internal sealed class DropList : IProgress<DroppedEnvelope>
    {
        private readonly Lock _gate = new();
        private readonly List<DroppedEnvelope> _all = [];

        public DroppedEnvelope[] All
        {
            get
            {
                lock (_gate) return [.. _all];
            }
        }

        public void Report(DroppedEnvelope value)
        {
            lock (_gate) _all.Add(value);
        }
    }
}
