using Xmtp.Client.Conversations;
using Xmtp.Interop.JavaScript;
using Xmtp.TestCluster.Processes;

namespace Xmtp.Interop.Scale;

/// <summary>Who takes part: three devices of one account, and its peer. All begin at the first node.</summary>
internal sealed class Sides : IAsyncDisposable
{
    public const string JavaScriptName = "javascript";

    /// <summary>The conversation that the JavaScript client follows. It verifies in JavaScript, and following all would double its work.</summary>
    public const int Followed = 1;

    public static readonly string[] Writers = ["phone", "laptop", "peer", JavaScriptName];

    private Sides(DotNetSide phone, DotNetSide laptop, DotNetSide peer, JavaScriptSide javaScript, JsStream<JsMessage> following) =>
        (Phone, Laptop, Peer, JavaScript, Following) = (phone, laptop, peer, javaScript, following);

    public DotNetSide Phone { get; }

    public DotNetSide Laptop { get; }

    public DotNetSide Peer { get; }

    public IEnumerable<DotNetSide> DotNet => [Phone, Laptop, Peer];

    public JavaScriptSide JavaScript { get; }

    /// <summary>What it follows.</summary>
    public JsStream<JsMessage> Following { get; }

    /// <summary>Held while the JavaScript client writes, or moves.</summary>
    public SemaphoreSlim JavaScriptMoves { get; } = new(1, 1);

    public static async Task<Sides> StartAsync(Cluster cluster)
    {
        var node = cluster.Nodes[0];
        var (phoneWay, laptopWay, peerWay) = (new Gateway(node), new Gateway(node), new Gateway(node));
        var phone = await DotNetSide.JoinAsync(phoneWay);
        var laptop = await DotNetSide.JoinAsync(laptopWay, phone.PrivateKey);
        var peer = await DotNetSide.JoinAsync(peerWay);
        string[] topics =
        [
            (await phone.NewConversationAsync(peer.Address)).Topic.Value,
            (await phone.NewConversationAsync(peer.Address, new NewConversationOptions { ConversationId = "interop.example/scale" })).Topic.Value,
        ];
        var javaScript = await JavaScriptSide.StartAsync(new Gateway(node), phone.PrivateKey, topics);
        return new Sides(
            await DotNetSide.StartAsync(Writers[0], phoneWay, phone, topics), await DotNetSide.StartAsync(Writers[1], laptopWay, laptop, topics),
            await DotNetSide.StartAsync(Writers[2], peerWay, peer, topics), javaScript, await javaScript.FollowAsync(Followed));
    }

    /// <summary>Breaks the connections of all.</summary>
    public void Drop()
    {
        foreach (var side in DotNet) side.Gateway.Drop();
        JavaScript.Gateway.Drop();
    }

    public async ValueTask DisposeAsync()
    {
        foreach (var side in DotNet) await side.DisposeAsync();
        await JavaScript.DisposeAsync();
        JavaScriptMoves.Dispose();
    }
}
