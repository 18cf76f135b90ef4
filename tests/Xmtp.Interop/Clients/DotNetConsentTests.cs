using Xmtp.Client.Consent;
using Xmtp.Cryptography;
using Xmtp.Interop.JavaScript;

namespace Xmtp.Interop.Clients;

/// <summary>One account's consent list, written by one SDK and read by the other.</summary>
public sealed class DotNetConsentTests(InteropNode node)
{
    private static readonly EthereumAddress Friend = EthereumAddress.Parse("0xd8dA6BF26964aF9D7eEd9e03E53415D37aA96045");
    private static readonly EthereumAddress Spammer = EthereumAddress.Parse("0x71C7656EC7ab88b098defB751B7401B5f6d8976F");

    [Fact]
    public async Task Consent_WrittenHere_IsReadThere()
    {
        await using var here = await DotNetAccount.CreateAsync(node.Endpoint);
        await here.Client.Consent.AllowAsync(Friend, TestContext.Current.CancellationToken);
        await here.Client.Consent.DenyAsync(Friend, TestContext.Current.CancellationToken);
        await here.Client.Consent.AllowAsync([Friend, Spammer], TestContext.Current.CancellationToken);
        await here.Client.Consent.DenyAsync(Spammer, TestContext.Current.CancellationToken);
        await here.Client.Consent.SetAsync(new ConsentAction(ConsentState.Denied, ConsentKind.Group, ["group"]), TestContext.Current.CancellationToken);
        await here.Client.Consent.SetAsync(new ConsentAction(ConsentState.Allowed, ConsentKind.Inbox, ["inbox"]), TestContext.Current.CancellationToken);

        await using var there = await JsClient.CreateAsync(JsRelease.V13, node.Endpoint, here.PrivateKey);

        Assert.Equal(
            new Dictionary<string, string>
            {
                [$"address-{Friend}"] = "allowed",
                [$"address-{Spammer}"] = "denied",
                ["groupId-group"] = "denied",
                ["inboxId-inbox"] = "allowed",
            },
            await there.RefreshConsentAsync());
    }

    [Fact]
    public async Task Consent_WrittenThere_IsReadHere()
    {
        await using var there = await JsClient.CreateAsync(JsRelease.V13, node.Endpoint);
        await there.AllowAsync(Friend.ToString(), Spammer.ToString());
        await there.DenyAsync(Spammer.ToString());
        await there.DenyGroupsAsync("group");
        await there.AllowInboxesAsync("inbox");

        await using var here = await DotNetAccount.CreateAsync(node.Endpoint, there.PrivateKey);
        await here.Client.Consent.RefreshAsync(cancellationToken: TestContext.Current.CancellationToken);

        Assert.Equal(ConsentState.Allowed, here.Client.Consent.StateOf(Friend));
        Assert.Equal(ConsentState.Denied, here.Client.Consent.StateOf(Spammer));
        Assert.Equal(ConsentState.Denied, here.Client.Consent.StateOf(new ConsentEntry(ConsentKind.Group, "group")));
        Assert.Equal(ConsentState.Allowed, here.Client.Consent.StateOf(new ConsentEntry(ConsentKind.Inbox, "inbox")));
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task NewConversation_OnEitherSide_AllowsThePeerForTheOther(bool startedHere)
    {
        await using var there = await JsClient.CreateAsync(JsRelease.V13, node.Endpoint);
        await using var here = await DotNetAccount.CreateAsync(node.Endpoint, there.PrivateKey);
        await using var peer = await JsClient.CreateAsync(JsRelease.V13, node.Endpoint);
        if (startedHere)
            await (await here.NewConversationAsync(peer.Address)).SendAsync("hello", TestContext.Current.CancellationToken);
        else
            await there.SendAsync(await there.NewConversationAsync(peer.Address), "hello");

        await there.RefreshConsentAsync();
        await here.Client.Consent.RefreshAsync(cancellationToken: TestContext.Current.CancellationToken);

        Assert.Equal("allowed", await there.ConsentStateAsync(peer.Address));
        Assert.Equal(ConsentState.Allowed, here.Client.Consent.StateOf(EthereumAddress.Parse(peer.Address)));
    }

    [Fact]
    public async Task StreamHere_OfConsentWrittenThere_BringsTheChange()
    {
        await using var there = await JsClient.CreateAsync(JsRelease.V13, node.Endpoint);
        await using var here = await DotNetAccount.CreateAsync(node.Endpoint, there.PrivateKey);
        await using var stream = await here.Client.Consent.StreamAsync(TestContext.Current.CancellationToken);
        await using var items = stream.GetAsyncEnumerator(TestContext.Current.CancellationToken);

        await there.DenyAsync(Spammer.ToString());
        await DotNetAccount.NextAsync(items);

        Assert.Equal(ConsentState.Denied, here.Client.Consent.StateOf(Spammer));
    }
}
