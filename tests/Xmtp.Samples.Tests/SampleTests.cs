using System.Text.RegularExpressions;
using Xmtp.Client;
using Xmtp.Client.Conversations;
using Xmtp.ContentTypes;
using Xmtp.Cryptography;
using Xmtp.Identity;
using Xmtp.TestNetwork;
using Xmtp.TestSupport;

namespace Xmtp.Samples.Tests;

/// <summary>Every sample, run as a reader would run it, against a real node.</summary>
public sealed partial class SampleTests : IAsyncLifetime
{
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(1);

    private readonly string _directory = Directory.CreateTempSubdirectory("xmtp-samples-").FullName;
    private TestNode _node = null!;

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync() => _node = await TestNode.StartAsync();

    public async ValueTask DisposeAsync()
    {
        await _node.DisposeAsync();
        Directory.Delete(_directory, recursive: true);
    }

    [Fact]
    public async Task QuickStart_Run_PrintsTheMessage()
    {
        Assert.InRange(Repository.Read("samples/QuickStart/Program.cs").TrimEnd().Split('\n').SkipWhile(static line => line.Length == 0 || line.StartsWith("using Xmtp", StringComparison.Ordinal)).Count(), 1, 10);
        await using var sample = Start("QuickStart");
        Assert.Matches("^0x[0-9a-fA-F]{40}: gm$", Assert.Single(await sample.SucceedAsync(Patience)));
    }

    [Fact]
    public async Task CustomCodec_Run_ShowsBothSides()
    {
        await using var sample = Start("CustomCodec");
        Assert.Equal(["move: from e2 to e4", "chess.example/move:1.0: Moved from e2 to e4."], await sample.SucceedAsync(Patience));
    }

    [Fact]
    public async Task EchoBot_WrittenTo_AnswersAndStopsWhenTold()
    {
        await using var sample = Start("EchoBot");
        var address = AddressIn(await sample.LineAsync("listens"));
        await using var peer = await JoinAsync();
        var conversation = await peer.Conversations.NewConversationAsync(address, cancellationToken: Token);
        Assert.Equal("I repeat what you write. /help lists what else I can do.", (await AnswersAsync(conversation, 1))[0].Content);
        foreach (var text in new[] { "gm", "/shout it works", "/quote", "/like" }) await conversation.SendAsync(text, Token);
        var answers = await AnswersAsync(conversation, 5);
        Assert.Equal(["gm", "IT WORKS"], answers[1..3].Select(static answer => answer.Content));
        Assert.True(answers[3].TryGet<Reply>(out _));
        Assert.True(answers[4].TryGet<Reaction>(out _));
        if (OperatingSystem.IsWindows()) return;
        sample.Terminate();
        await sample.SucceedAsync(Patience);
        Assert.True(File.Exists(Path.Combine(_directory, "echo-bot.key")));
    }

    [Fact]
    public async Task WorkerService_Run_Reports()
    {
        await using var peer = await JoinAsync();
        await using var sample = Start("WorkerService", "--Reporter:To", peer.Address.ToString(), "--Reporter:Every", "00:00:00.2");
        await sample.LineAsync("Reported to");
        var conversation = Assert.Single(await peer.Conversations.ListAsync(cancellationToken: Token));
        await Eventually.TrueAsync(async () => await conversation.ListMessagesAsync(cancellationToken: Token).CountAsync(Token) >= 2, "two reports");
        var report = await conversation.ListMessagesAsync(cancellationToken: Token).FirstAsync(Token);
        Assert.StartsWith("All is well at ", Assert.IsType<string>(report.Content), StringComparison.Ordinal);
        if (OperatingSystem.IsWindows()) return;
        sample.Terminate();
        await sample.SucceedAsync(Patience);
    }

    [Fact]
    public void Samples_EveryOne_IsRunHere()
    {
        var samples = Repository.Files.Where(static path => path.StartsWith("samples/", StringComparison.Ordinal) && path.EndsWith(".csproj", StringComparison.Ordinal))
            .Select(static path => Path.GetFileNameWithoutExtension(path)!).ToList();
        var tests = string.Concat(Repository.Files.Where(static path => path.StartsWith("tests/Xmtp.Samples.Tests/", StringComparison.Ordinal) && path.EndsWith(".cs", StringComparison.Ordinal)).Select(Repository.Read));
        Assert.NotEmpty(samples);
        Assert.All(samples, sample => Assert.Matches($"(Start|PublishedSample.CreateAsync)\\(\"{sample}\"", tests));
    }

    private ChildProcess Start(string sample, params string[] arguments) => Sample.Start(sample, _directory, ["--node", _node.GrpcAddress.ToString(), .. arguments]);

    private Task<XmtpClient> JoinAsync() => XmtpClient.CreateAsync(PrivateKeyWallet.Generate(), new XmtpClientOptions { Nodes = [_node.GrpcAddress] }, Token);

    private static EthereumAddress AddressIn(string line) => EthereumAddress.Parse(Address().Match(line).Value);

    private static async Task<DecodedMessage[]> AnswersAsync(Conversation conversation, int count)
    {
        DecodedMessage[] answers = [];
        await Eventually.TrueAsync(
            async () =>
            {
                answers = await conversation.ListMessagesAsync(cancellationToken: Token).Where(static message => !message.IsFromSelf).ToArrayAsync(Token);
                return answers.Length >= count;
            },
            $"{count} answers");
        return answers;
    }

    [GeneratedRegex("0x[0-9a-fA-F]{40}")]
    private static partial Regex Address();
}
