using System.Text;
using System.Text.Json.Nodes;
using Xmtp.Identity;
using Xmtp.TestBrowser;

namespace Xmtp.Inbox.Tests.Pages;

/// <summary>A wallet as an extension puts it into pages: the test stands for the extension.</summary>
internal static class InjectedWallet
{
    private const string Script = """
        const asked = [];
        window.answerWallet = (id, result) => asked[id](result);
        window.ethereum = { request: call => new Promise(resolve => { asked.push(resolve); window.askWallet(JSON.stringify({ id: asked.length - 1, ...call })); }) };
        """;

    /// <summary>Before the page goes anywhere.</summary>
    public static async Task PutIntoAsync(Page page, PrivateKeyWallet wallet)
    {
        await page.BeforehandAsync(Script);
        await page.ServeAsync("askWallet", async text =>
        {
            var call = JsonNode.Parse(text)!;
            var result = call["method"]!.GetValue<string>() == "eth_requestAccounts"
                ? new JsonArray(wallet.Address.ToString())
                : (JsonNode)$"0x{Convert.ToHexStringLower(await wallet.SignPersonalMessageAsync(Encoding.UTF8.GetString(Convert.FromHexString(call["params"]![0]!.GetValue<string>()[2..]))))}";
            await page.EvaluateAsync($"window.answerWallet({call["id"]}, {result.ToJsonString()})");
        });
    }
}
