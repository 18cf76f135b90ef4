using Xmtp.Client;
using Xmtp.Identity;
using Xmtp.Node.Options;
using Xmtp.TestBrowser;
using Xmtp.TestNetwork;
using Xunit.Sdk;
using Xunit.v3;

// Each test has browsers and nodes of its own, and two cores for all of them.
[assembly: Parallelization(Mode = ParallelMode.None)]

namespace Xmtp.Inbox.Tests.Pages;

/// <summary>A network of two nodes, and browsers as many as a test asks for.</summary>
internal sealed class InboxWorld : IAsyncDisposable
{
    private readonly string _program;
    private readonly List<IAsyncDisposable> _owned = [];

    private InboxWorld(string program, TestMesh mesh) => (_program, Mesh) = (program, mesh);

    public TestMesh Mesh { get; }

    public TestNode Node => Mesh.Nodes[0];

    public static async Task<InboxWorld> StartAsync(int nodes = 1, Func<NodeOptions, NodeOptions>? configure = null)
    {
        var program = Needed.Program("Chromium", "chromium", "chromium-browser", "google-chrome");
        return new InboxWorld(program, await TestMesh.StartAsync(nodes, configure));
    }

    /// <summary>Another browser, with a profile of its own.</summary>
    /// <param name="options">Further options of its command line.</param>
    public async Task<Chromium> BrowserAsync(params string[] options)
    {
        // Certificates of tests are made by tests.
        var browser = await Chromium.StartAsync(_program, ["--ignore-certificate-errors", "--lang=en-US", .. options]);
        _owned.Add(browser);
        return browser;
    }

    /// <summary>The inbox in a browser of its own, at the first node.</summary>
    public async Task<InboxPage> OpenAsync() => await InboxPage.OpenAsync(await BrowserAsync(), Node.HttpAddress);

    /// <summary>A client of the SDK outside the browser.</summary>
    public async Task<XmtpClient> ClientAsync(TestNode? node = null, IWallet? account = null)
    {
        using var wallet = PrivateKeyWallet.Generate();
        var client = await XmtpClient.CreateAsync(account ?? wallet, new XmtpClientOptions { Nodes = [(node ?? Node).GrpcAddress] }, TestContext.Current.CancellationToken);
        _owned.Add(client);
        return client;
    }

    public async ValueTask DisposeAsync()
    {
        foreach (var owned in Enumerable.Reverse(_owned)) await owned.DisposeAsync();
        await Mesh.DisposeAsync();
    }
}
