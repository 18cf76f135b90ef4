using System.Text.RegularExpressions;
using Xmtp.Client;
using Xmtp.Identity;
using Xmtp.TestNetwork;
using Xmtp.TestSupport;

namespace Xmtp.Packages.Tests;

/// <summary>The packages as those use them who have nothing else: outside of the repository, built and run against a node.</summary>
public sealed partial class ConsumerTests(PackageFeed feed) : IAsyncLifetime
{
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(1);

    private TestNode _node = null!;

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync() => _node = await TestNode.StartAsync();

    public ValueTask DisposeAsync() => _node.DisposeAsync();

    [Fact]
    public async Task Client_OfThePackage_SendsAndReads()
    {
        var directory = Directory.CreateDirectory(Path.Combine(feed.Root, "Consumer")).FullName;
        File.Copy(Repository.FullPath("samples/QuickStart/Program.cs"), Path.Combine(directory, "Program.cs"));
        await File.WriteAllTextAsync(Path.Combine(directory, "Consumer.csproj"), $"""
            <Project Sdk="Microsoft.NET.Sdk">
              <PropertyGroup>
                <OutputType>Exe</OutputType>
                <TargetFramework>net10.0</TargetFramework>
                <Nullable>enable</Nullable>
                <ImplicitUsings>enable</ImplicitUsings>
              </PropertyGroup>
              <ItemGroup>
                <PackageReference Include="Xmtp.Client" Version="{PackageFeed.Version}" />
              </ItemGroup>
            </Project>
            """, Token);
        var program = await feed.BuildAsync(directory);
        await using var run = ChildProcess.Start("dotnet", directory, [program, "--node", _node.GrpcAddress.ToString()]);
        Assert.Matches("^0x[0-9a-fA-F]{40}: gm$", Assert.Single(await run.SucceedAsync(Patience)));

        // What was restored came from the packages, and not from elsewhere.
        Assert.True(Directory.Exists(Path.Combine(feed.Root, "cache", "xmtp.client", PackageFeed.Version)));
    }

    [Fact]
    public async Task Template_Instantiated_IsABotThatAnswers()
    {
        var hive = Path.Combine(feed.Root, "hive");
        var directory = Path.Combine(feed.Root, "Greeter");
        await PackageFeed.DotnetAsync(feed.Root, "new", "install", Path.Combine(feed.Packages, $"Xmtp.Templates.{PackageFeed.Version}.nupkg"), "--debug:custom-hive", hive);
        await PackageFeed.DotnetAsync(
            feed.Root, "new", "xmtp-bot", "--name", "Greeter", "--node", _node.GrpcAddress.ToString(), "--output", directory, "--debug:custom-hive", hive);
        var program = await feed.BuildAsync(directory);
        await using var bot = ChildProcess.Start("dotnet", directory, [program]);
        var address = Address().Match(await bot.LineAsync("listens")).Value;

        using var wallet = PrivateKeyWallet.Generate();
        await using var peer = await XmtpClient.CreateAsync(wallet, new XmtpClientOptions { Nodes = [_node.GrpcAddress] }, Token);
        var conversation = await peer.Conversations.NewConversationAsync(address, cancellationToken: Token);
        await conversation.SendAsync("/hello dear world", Token);
        await conversation.SendAsync("gm", Token);
        await Eventually.TrueAsync(async () => await conversation.ListMessagesAsync(cancellationToken: Token).CountAsync(Token) >= 4, "two answers");
        Assert.Equal(
            ["Hello dear world!", "You said: gm"],
            await conversation.ListMessagesAsync(cancellationToken: Token).Where(static message => !message.IsFromSelf).Select(static message => message.Content).ToListAsync(Token));
        if (OperatingSystem.IsWindows()) return;
        bot.Terminate();
        await bot.SucceedAsync(Patience);
    }

    [GeneratedRegex("0x[0-9a-fA-F]{40}")]
    private static partial Regex Address();
}
