using Xmtp.Interop.JavaScript;

namespace Xmtp.Interop.Clients;

/// <summary>One account in two SDKs: the keys that one stored on the network, encrypted for the wallet, open in the other.</summary>
public sealed class DotNetIdentityTests(InteropNode node)
{
    public static TheoryData<JsRelease> Releases => [JsRelease.V13, JsRelease.V13Grpc, JsRelease.V6];

    [Theory]
    [MemberData(nameof(Releases))]
    public async Task Create_IdentityMadeThere_OpensHereWithTheSameKeys(JsRelease release)
    {
        await using var there = await JsClient.CreateAsync(release, node.Endpoint);
        await using var here = await DotNetAccount.CreateAsync(node.Endpoint, there.PrivateKey);

        Assert.Equal(there.Address, here.Address);
        Assert.Equal(await there.ExportKeysAsync(), here.Client.ExportKeys());
    }

    [Theory]
    [MemberData(nameof(Releases))]
    public async Task Create_IdentityMadeHere_OpensThereWithTheSameKeys(JsRelease release)
    {
        await using var here = await DotNetAccount.CreateAsync(node.Endpoint);
        await using var there = await JsClient.CreateAsync(release, node.Endpoint, here.PrivateKey);

        Assert.Equal(here.Address, there.Address);
        Assert.Equal(here.Client.ExportKeys(), await there.ExportKeysAsync());
    }

    [Fact]
    public async Task Export_KeysFromEitherSide_StartTheOther()
    {
        await using var here = await DotNetAccount.CreateAsync(node.Endpoint);
        await using var there = await JsClient.CreateAsync(JsRelease.V13, node.Endpoint);

        await using var hereWithTheirs = await DotNetAccount.OpenAsync(node.Endpoint, await there.ExportKeysAsync(), there.PrivateKey);
        await using var thereWithOurs = await JsClient.CreateAsync(JsRelease.V13, node.Endpoint, here.PrivateKey, here.Client.ExportKeys());

        Assert.Equal((there.Address, here.Address), (hereWithTheirs.Address, thereWithOurs.Address));
    }

    // Two devices of one account, one on each SDK, writing to a third: both must see all of it.
    [Theory]
    [InlineData(JsRelease.V13)]
    [InlineData(JsRelease.V6)]
    public async Task Account_UsedInBothSdks_SeesItsOwnMessagesInEach(JsRelease release)
    {
        await using var there = await JsClient.CreateAsync(release, node.Endpoint);
        await using var here = await DotNetAccount.CreateAsync(node.Endpoint, there.PrivateKey);
        await using var peer = await JsClient.CreateAsync(release, node.Endpoint);

        var seenThere = await there.NewConversationAsync(peer.Address);
        await there.SendAsync(seenThere, "from there");
        var seenHere = await here.ConversationWithAsync(peer.Address);
        await seenHere.SendAsync("from here", TestContext.Current.CancellationToken);

        string[] expected = ["from there", "from here"];
        Assert.Equal(expected, (await DotNetAccount.MessagesAsync(seenHere)).Select(message => message.Content));
        Assert.Equal(expected, (await there.MessagesAsync(seenThere)).Select(message => message.Text));
        Assert.Equal(expected, (await peer.MessagesAsync(Assert.Single(await peer.ConversationsAsync()))).Select(message => message.Text));
    }
}
