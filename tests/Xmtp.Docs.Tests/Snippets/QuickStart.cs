using Xmtp.Client;
using Xmtp.Identity;

namespace Xmtp.Docs.Tests.Snippets;

public class QuickStart(SnippetNode snippetNode) : SnippetTest(snippetNode)
{
    [Fact]
    public async Task QuickStart_TwoAccounts_PrintsTheMessage()
    {
        var node = Node;
        await RunUntilAsync(1, async () =>
        {
            #region snippet:quick-start
            var options = new XmtpClientOptions { Nodes = [node] };
            using PrivateKeyWallet amalsWallet = PrivateKeyWallet.Generate(), bolasWallet = PrivateKeyWallet.Generate();
            await using var amal = await XmtpClient.CreateAsync(amalsWallet, options);
            await using var bola = await XmtpClient.CreateAsync(bolasWallet, options);
            await using var inbox = await bola.Conversations.StreamAllMessagesAsync();

            var conversation = await amal.Conversations.NewConversationAsync(bola.Address);
            await conversation.SendAsync("gm");
            await foreach (var message in inbox)
                Console.WriteLine($"{message.Sender}: {message.Content}");
            #endregion
        });
        Assert.EndsWith(": gm", Assert.Single(Console.Lines), StringComparison.Ordinal);
    }
}
