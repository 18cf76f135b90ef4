using System.Diagnostics;
using Xmtp.ContentTypes;
using Xmtp.TestSupport;

namespace Xmtp.Cli.Tests.Serving;

/// <summary>The program of the guide, as it stands there.</summary>
public class OtherLanguagesTests(Network network)
{
    [Fact]
    public async Task Guide_Program_AnswersEveryMessageOnce()
    {
        using var home = network.Home();
        using var wallet = home.AddWallet();
        await using var peer = await network.JoinAsync();
        await (await network.JoinAsync(wallet)).DisposeAsync();
        var conversation = await peer.Conversations.NewConversationAsync(wallet.Address, cancellationToken: TestContext.Current.CancellationToken);
        await using var answers = await conversation.StreamMessagesAsync(TestContext.Current.CancellationToken);
        await using var answered = answers.GetAsyncEnumerator(TestContext.Current.CancellationToken);
        await using var serve = await ServeCommandTests.StartAsync(home);
        var script = Path.Combine(home.Path, "answer.js");
        await File.WriteAllTextAsync(script, ProgramOfTheGuide(), TestContext.Current.CancellationToken);
        var cursor = Path.Combine(home.Path, "cursor");
        await conversation.SendAsync("before", TestContext.Current.CancellationToken);

        // Run twice: the second run neither repeats nor misses anything.
        foreach (var text in new[] { "before", "between" })
        {
            using var program = Start(script, serve.Socket, cursor);
            try
            {
                Assert.Equal($"You wrote: {text}", await NextAnswerAsync());
                await Eventually.TrueAsync(() => Task.FromResult(File.Exists(cursor)), "the program to keep its cursor");
            }
            finally
            {
                program.Kill();
                await program.WaitForExitAsync(TestContext.Current.CancellationToken);
            }

            if (text == "before") await conversation.SendAsync("between", TestContext.Current.CancellationToken);
        }

        async Task<object> NextAnswerAsync()
        {
            while (await answered.MoveNextAsync())
            {
                if (answered.Current.TryGet<Reply>(out var reply)) return reply.Content;
            }

            throw new EndOfStreamException();
        }
    }

    private static string ProgramOfTheGuide()
    {
        var lines = Repository.Read("docs/guides/other-languages.md").Split('\n').SkipWhile(static line => line != "```js").Skip(1).TakeWhile(static line => line != "```");
        return string.Join('\n', lines);
    }

    private static Process Start(params string[] arguments) => Process.Start(new ProcessStartInfo("node", arguments) { RedirectStandardOutput = true, RedirectStandardError = true })!;
}
