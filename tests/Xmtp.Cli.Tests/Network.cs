using Xmtp.Client;
using Xmtp.Identity;
using Xmtp.TestNetwork;

[assembly: AssemblyFixture(typeof(Xmtp.Cli.Tests.Network))]

namespace Xmtp.Cli.Tests;

/// <summary>One node for all tests of this assembly; each test brings accounts of its own.</summary>
public sealed class Network : IAsyncLifetime
{
    private TestNode? _node;

    public Uri Node => _node!.GrpcAddress;

    public async ValueTask InitializeAsync() =>
        _node = await TestNode.StartAsync(static options => options with { LogLevel = Microsoft.Extensions.Logging.LogLevel.Warning });

    public ValueTask DisposeAsync() => _node!.DisposeAsync();

    internal CliHome Home() => new(Node);

    /// <summary>An account in this process, for the other end of a conversation.</summary>
    internal async Task<XmtpClient> JoinAsync(PrivateKeyWallet? wallet = null)
    {
        using var generated = wallet is null ? PrivateKeyWallet.Generate() : null;
        return await XmtpClient.CreateAsync(wallet ?? generated!, new XmtpClientOptions { Nodes = [Node] }, TestContext.Current.CancellationToken);
    }
}
