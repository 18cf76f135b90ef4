using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Options;

namespace Xmtp.Extensions.Hosting.Tests;

public sealed class ValidationTests
{
    private const string Key = "4c0883a69102937d6231471b5dbb6204fe5129617082792ae468d01a3f362318";

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData("Nodes:0", "localhost:5556", "Xmtp:Nodes:0: 'localhost:5556' is no node address; give http://host:port, or https:// for TLS.")]
    [InlineData("PrivateKey", "beef", "Xmtp:PrivateKey: no private key; give 64 hex digits.")]
    [InlineData("PrivateKey", "", "Xmtp:PrivateKey: no key; set this, or PrivateKeyFile to the path of a file that holds it.")]
    [InlineData("PrivateKeyFile", "none", "Xmtp:PrivateKey: PrivateKeyFile is set too; remove one of them.")]
    [InlineData("CreatePrivateKeyFile", "true", "Xmtp:CreatePrivateKeyFile: which file is not said; set PrivateKeyFile.")]
    [InlineData("Acknowledgement", "all", "Xmtp:Acknowledgement: 'all' is no acknowledgement level; give local or peers:N.")]
    [InlineData("RequestTimeout", "-00:00:01", "Xmtp:RequestTimeout: -00:00:01 is no time to wait; give for example 00:00:30.")]
    [InlineData("AppVersion", "ärger/1", "Xmtp:AppVersion: has characters that no header can hold; give ASCII text such as shop/1.0.")]
    [InlineData("StorePath", "inbox.db", "Xmtp:StorePath: goes with StoreKeyFile; set both or none.")]
    [InlineData("Transport", "17", "Xmtp:Transport: 17 is no wire; give Grpc or GrpcWeb.")]
    public async Task Start_WrongOption_SaysWhatIsWrong(string option, string value, string expected)
    {
        using var host = BuildHost(static services => services.AddXmtpClient(), new() { ["Xmtp:PrivateKey"] = Key, [$"Xmtp:{option}"] = value });
        var failure = await Assert.ThrowsAsync<OptionsValidationException>(() => host.StartAsync(Token));
        Assert.Contains(expected, failure.Failures);
        Assert.DoesNotContain(Key, failure.Message, StringComparison.OrdinalIgnoreCase);
    }

    [Fact]
    public async Task Start_MissingKeyFile_SaysWhichFile()
    {
        using var host = BuildHost(static services => services.AddXmtpClient(), new() { ["Xmtp:PrivateKeyFile"] = "no-such-file" });
        var failure = await Assert.ThrowsAsync<OptionsValidationException>(() => host.StartAsync(Token));
        Assert.Equal(["Xmtp:PrivateKeyFile: there is no file 'no-such-file'; create it, or set CreatePrivateKeyFile."], failure.Failures);
    }

    [Fact]
    public async Task Start_SeveralWrongOptionsOfANamedAccount_SaysAll()
    {
        using var host = BuildHost(static services => services.AddXmtpClient("support"), new()
        {
            ["Xmtp:Accounts:support:Nodes:0"] = "ftp://example",
            ["Xmtp:Accounts:support:Acknowledgement"] = "two",
        });
        var failure = await Assert.ThrowsAsync<OptionsValidationException>(() => host.StartAsync(Token));
        Assert.Equal(3, failure.Failures.Count());
        Assert.All(failure.Failures, static text => Assert.StartsWith("Xmtp:Accounts:support:", text, StringComparison.Ordinal));
    }

    [Fact]
    public void Options_EveryMember_IsReadFromTheConfiguration()
    {
        using var host = BuildHost(static services => services.AddXmtpClient(), new()
        {
            ["Xmtp:Nodes:0"] = "http://a:1",
            ["Xmtp:Nodes:1"] = "https://b",
            ["Xmtp:DiscoverNodes"] = "false",
            ["Xmtp:Transport"] = "GrpcWeb",
            ["Xmtp:Acknowledgement"] = "peers:2",
            ["Xmtp:PrivateKeyFile"] = "file",
            ["Xmtp:CreatePrivateKeyFile"] = "true",
            ["Xmtp:KeysDirectory"] = "keys",
            ["Xmtp:StorePath"] = "inbox",
            ["Xmtp:StoreKeyFile"] = "inbox.key",
            ["Xmtp:AppVersion"] = "shop/1",
            ["Xmtp:RequestTimeout"] = "00:00:07",
        });
        var options = host.Services.GetRequiredService<IOptions<XmtpAccountOptions>>().Value;
        Assert.Equal(("inbox", "inbox.key"), (options.StorePath, options.StoreKeyFile));
        Assert.Equal(["http://a:1", "https://b"], options.Nodes);
        Assert.Equal(
            (false, Client.Transport.TransportKind.GrpcWeb, "peers:2", "file", true, "keys", "shop/1", TimeSpan.FromSeconds(7)),
            (options.DiscoverNodes, options.Transport, options.Acknowledgement, options.PrivateKeyFile, options.CreatePrivateKeyFile,
                options.KeysDirectory, options.AppVersion, options.RequestTimeout));
    }

    [Fact]
    public void Options_OfANamedAccount_TakeTheNodesOfAll()
    {
        using var host = BuildHost(
            static services =>
            {
                services.AddXmtpClient("own");
                services.AddXmtpClient("common");
            },
            new() { ["Xmtp:Nodes:0"] = "http://all:1", ["Xmtp:Accounts:own:Nodes:0"] = "http://own:1", ["Xmtp:Accounts:own:PrivateKey"] = Key, ["Xmtp:Accounts:common:PrivateKey"] = Key });
        var options = host.Services.GetRequiredService<IOptionsMonitor<XmtpAccountOptions>>();
        Assert.Equal(["http://own:1"], options.Get("own").Nodes);
        Assert.Equal(["http://all:1"], options.Get("common").Nodes);
    }

    private static IHost BuildHost(Action<IServiceCollection> add, Dictionary<string, string?> settings)
    {
        var builder = Host.CreateEmptyApplicationBuilder(null);
        builder.Configuration.AddInMemoryCollection(settings);
        add(builder.Services);
        return builder.Build();
    }
}
