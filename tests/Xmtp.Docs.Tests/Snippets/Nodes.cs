using Xmtp.Client;
using Xmtp.Client.Transport;
using Xmtp.Identity;
using Xmtp.Protocol.Errors;

namespace Xmtp.Docs.Tests.Snippets;

/// <summary>Several nodes, and what they confirm.</summary>
public class Nodes(SnippetNode snippetNode) : SnippetTest(snippetNode)
{
    // Where nobody listens: the second node is used.
    private static readonly Uri Down = new("http://127.0.0.1:9");

    [Fact]
    public async Task SeveralNodes_FirstDown_UsesTheOther()
    {
        using var wallet = PrivateKeyWallet.Generate();
        var (node, other, cancellationToken) = (Down, Node, Limit);
        #region snippet:several-nodes
        var options = new XmtpClientOptions { Nodes = [node, other] };
        await using var client = await XmtpClient.CreateAsync(wallet, options, cancellationToken);
        #endregion
        Assert.True(await client.CanMessageAsync(client.Address, Limit));
    }

    [Fact]
    public async Task Acknowledgement_NodeAlone_SaysHowFarItCame()
    {
        await using var peer = await JoinAsync();
        await using var account = await JoinAsync();
        await account.Conversations.NewConversationAsync(peer.Address, cancellationToken: Limit);
        var (keys, nodes, cancellationToken) = (account.ExportKeys(), new[] { Node }, Limit);
        #region snippet:acknowledgement
        var options = new XmtpClientOptions { Nodes = nodes, Acknowledgement = AckLevel.Peers(2) };
        await using var client = await XmtpClient.OpenAsync(keys, options, cancellationToken);
        var conversation = (await client.Conversations.ListAsync(cancellationToken: cancellationToken)).Single();
        try
        {
            var sent = await conversation.SendAsync("The contract is signed.", cancellationToken);
            Console.WriteLine($"safe: {sent.Acknowledgement}");
        }
        catch (NodeException failure) when (failure.Code == ErrorCatalogue.AcknowledgementNotReached)
        {
            Console.WriteLine($"sent, and so far {failure.Reached}");
        }
        catch (XmtpException failure) when (failure.Code == ErrorCatalogue.AcknowledgementUnknown)
        {
            Console.WriteLine($"sent, but {failure.Message}");
        }
        #endregion
        Assert.StartsWith("sent, ", Assert.Single(Console.Lines), StringComparison.Ordinal);
    }
}
