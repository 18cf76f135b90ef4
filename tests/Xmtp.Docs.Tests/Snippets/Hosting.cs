using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Diagnostics.HealthChecks;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Xmtp.Bots;
using Xmtp.Client.Transport;
using Xmtp.Extensions.Hosting;
using Xmtp.Identity;

namespace Xmtp.Docs.Tests.Snippets;

#region snippet:hosted-service
public sealed class Greeter(IXmtpClientAccessor xmtp, IConfiguration configuration) : BackgroundService
{
    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        var client = await xmtp.GetAsync(stoppingToken);
        var conversation = await client.Conversations.NewConversationAsync(configuration["Greet"]!, cancellationToken: stoppingToken);
        await conversation.SendAsync("The service is up.", stoppingToken);
    }
}
#endregion

/// <summary>Accounts in the generic host.</summary>
public class Hosting(SnippetNode snippetNode) : SnippetTest(snippetNode)
{
    [Fact]
    public async Task Service_InAHost_UsesTheClient()
    {
        using var folder = new SnippetFolder();
        await using var peer = await JoinAsync();
        string[] args = [$"--Xmtp:Nodes:0={Node}", $"--Xmtp:PrivateKeyFile={folder.NewKeyFile()}", $"--Greet={peer.Address}"];
        #region snippet:hosting
        var builder = Host.CreateApplicationBuilder(args);
        builder.Services.AddXmtpClient();
        builder.Services.AddHostedService<Greeter>();
        using var host = builder.Build();
        #endregion
        await host.StartAsync(Limit);
        await Eventually.TrueAsync(
            async () => (await peer.Conversations.ListAsync(cancellationToken: Limit)).SingleOrDefault() is { } conversation
                && await conversation.ListMessagesAsync(cancellationToken: Limit).AnyAsync(static message => message.Content is "The service is up.", Limit),
            "the message of the service");
        await host.StopAsync(Limit);
    }

    [Fact]
    public async Task Code_InPlaceOfConfiguration_SetsUpTheAccount()
    {
        var builder = NewHost();
        using var wallet = PrivateKeyWallet.Generate();
        #region snippet:hosting-code
        builder.Services.AddXmtpClient(options => options.AppVersion = "shop/1.0")
            .UseWallet(_ => wallet)
            .ConfigureClient((_, options) => options with { Retry = new RetryPolicy { RetriesMax = 8 } })
            .AddHealthCheck();
        #endregion
        using var host = builder.Build();
        await host.StartAsync(Limit);
        Assert.Equal(wallet.Address, (await host.Services.GetRequiredService<IXmtpClientAccessor>().GetAsync(Limit)).Address);
        Assert.Equal(HealthStatus.Healthy, (await host.Services.GetRequiredService<HealthCheckService>().CheckHealthAsync(Limit)).Status);
        await host.StopAsync(Limit);
    }

    [Fact]
    public async Task Accounts_WithNames_AreKeyedServices()
    {
        var builder = NewHost();
        using PrivateKeyWallet salesWallet = PrivateKeyWallet.Generate(), supportWallet = PrivateKeyWallet.Generate();
        #region snippet:hosting-named
        builder.Services.AddXmtpClient("sales").UseWallet(_ => salesWallet);
        builder.Services.AddXmtpClient("support").UseWallet(_ => supportWallet)
            .AddBot(bot => bot.OnText((context, _) => context.ReplyAsync("Somebody will write to you soon.")));
        using var host = builder.Build();
        var sales = host.Services.GetRequiredKeyedService<IXmtpClientAccessor>("sales");
        #endregion
        await host.StartAsync(Limit);
        Assert.Equal(salesWallet.Address, (await sales.GetAsync(Limit)).Address);
        await host.StopAsync(Limit);
    }

    private HostApplicationBuilder NewHost()
    {
        var builder = Host.CreateApplicationBuilder([$"--Xmtp:Nodes:0={Node}"]);
        builder.Logging.ClearProviders();
        return builder;
    }
}
