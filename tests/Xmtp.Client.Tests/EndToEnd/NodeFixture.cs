using Xmtp.Client.Transport;
using Xmtp.Identity;
using Xmtp.TestNetwork;

namespace Xmtp.Client.Tests.EndToEnd;

/// <summary>One real node for the tests of a class that do not stop it.</summary>
public sealed class NodeFixture : IAsyncLifetime
{
    public TestNode Node { get; private set; } = null!;

    public async ValueTask InitializeAsync() => Node = await TestNode.StartAsync();

    public ValueTask DisposeAsync() => Node.DisposeAsync();

    internal Task<XmtpClient> ClientAsync(TransportKind kind, IWallet? wallet = null, Func<XmtpClientOptions, XmtpClientOptions>? configure = null) =>
        ClientAsync(Node, kind, wallet, configure);

    internal static Task<XmtpClient> ClientAsync(
        TestNode node, TransportKind kind, IWallet? wallet = null, Func<XmtpClientOptions, XmtpClientOptions>? configure = null)
    {
        var options = new XmtpClientOptions
        {
            Nodes = [kind == TransportKind.Grpc ? node.GrpcAddress : node.GrpcWebAddress],
            Transport = kind,
            AppVersion = "client-tests/1",
        };
        return XmtpClient.CreateAsync(wallet ?? PrivateKeyWallet.Generate(), configure?.Invoke(options) ?? options, TestContext.Current.CancellationToken);
    }
}
