using Microsoft.Extensions.Logging.Abstractions;
using Xmtp.Cryptography;
using Xmtp.Node.Calls;
using Xmtp.Node.Core.Access;
using Xmtp.Node.Core.Keys;
using Xmtp.Node.Network;
using Xmtp.Node.Options;

namespace Xmtp.Node.Tests.Network;

/// <summary>A network port with a fake network behind it.</summary>
public sealed class PortFixture : IAsyncLifetime
{
    internal NodeKey Key { get; } = NodeKey.Generate();

    internal FakeNetwork Network { get; } = new();

    internal NetworkHandle Handle { get; } = new();

    internal NetworkPort Port { get; private set; } = null!;

    internal string Address => $"127.0.0.1:{Port.Port}";

    public async ValueTask InitializeAsync()
    {
        var options = new NodeOptions { Listen = "127.0.0.1", NetworkPort = 0 };
        var admission = new Admission(
            options, new ClientAddressReader([]), new LiveRateLimits(options.RateLimits, TimeProvider.System), new WalletLists(), new DrainGate(), CryptoProvider.Default, TimeProvider.System);
        Port = new NetworkPort(options, Key, Handle, admission, NullLoggerFactory.Instance);
        await Port.StartAsync(TestContext.Current.CancellationToken);
        Handle.Service = Network;
    }

    public async ValueTask DisposeAsync()
    {
        Handle.BeginStop();
        await Port.DisposeAsync();
        Handle.Dispose();
        Key.Dispose();
    }
}
