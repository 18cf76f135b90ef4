using Xmtp.Client.Consent;
using Xmtp.Client.Conversations;
using Xmtp.Cryptography;
using Xmtp.Identity;
using Xmtp.Interop.JavaScript;

namespace Xmtp.Interop.Clients;

/// <summary>A receiver's signed wish to hear from a sender, which the sender puts into the invitation (XIP-43).</summary>
public sealed class DotNetConsentProofTests(InteropNode node)
{
    [Fact]
    public async Task Proof_SignedThereAndSentFromHere_AllowsTheSenderThere()
    {
        await using var sender = await DotNetAccount.CreateAsync(node.Endpoint);
        await using var receiver = await JsClient.CreateAsync(JsRelease.V13, node.Endpoint);
        var signed = await receiver.SignConsentAsync(sender.Address, NowMs());
        var proof = new ConsentProof(signed.Signature, (ulong)signed.Timestamp);

        Assert.Equal(ConsentProofVerdict.Valid, Verify(proof, EthereumAddress.Parse(receiver.Address), sender.Client.Address));
        await sender.NewConversationAsync(receiver.Address, new NewConversationOptions { ConsentProof = proof });

        Assert.Equal(signed, Assert.Single(await receiver.ConversationsAsync()).ConsentProof);
        Assert.Equal("allowed", (await receiver.RefreshConsentAsync()).GetValueOrDefault($"address-{sender.Address}"));
    }

    [Fact]
    public async Task Proof_SignedHereAndSentFromThere_AllowsTheSenderHere()
    {
        await using var sender = await JsClient.CreateAsync(JsRelease.V13, node.Endpoint);
        await using var receiver = await DotNetAccount.CreateAsync(node.Endpoint);
        using var wallet = new PrivateKeyWallet(Convert.FromHexString(receiver.PrivateKey));
        var proof = await ConsentProof.SignAsync(wallet, EthereumAddress.Parse(sender.Address), TimeProvider.System, TestContext.Current.CancellationToken);

        await sender.NewConversationAsync(receiver.Address, "interop.example/consented", [], new JsConsentProof(proof.Signature, (long)proof.TimestampMs));
        Assert.Equal(proof, (await receiver.ConversationWithAsync(sender.Address)).ConsentProof);
        await receiver.Client.Consent.RefreshAsync(cancellationToken: TestContext.Current.CancellationToken);

        Assert.Equal(ConsentState.Allowed, receiver.Client.Consent.StateOf(EthereumAddress.Parse(sender.Address)));
    }

    [Fact]
    public async Task Proof_SignedForSomebodyElse_AllowsNobodyOnEitherSide()
    {
        await using var here = await DotNetAccount.CreateAsync(node.Endpoint);
        await using var there = await JsClient.CreateAsync(JsRelease.V13, node.Endpoint);
        var elsewhere = await there.SignConsentAsync("0xd8dA6BF26964aF9D7eEd9e03E53415D37aA96045", NowMs());
        await here.NewConversationAsync(there.Address, new NewConversationOptions { ConsentProof = new ConsentProof(elsewhere.Signature, (ulong)elsewhere.Timestamp) });
        await using var other = await JsClient.CreateAsync(JsRelease.V13, node.Endpoint);
        await other.NewConversationAsync(here.Address, "interop.example/forged", [], elsewhere);

        Assert.Equal(elsewhere, Assert.Single(await there.ConversationsAsync()).ConsentProof);
        Assert.DoesNotContain($"address-{here.Address}", await there.RefreshConsentAsync());
        Assert.NotNull((await here.ConversationWithAsync(other.Address)).ConsentProof);
        await here.Client.Consent.RefreshAsync(cancellationToken: TestContext.Current.CancellationToken);
        Assert.Equal(ConsentState.Unknown, here.Client.Consent.StateOf(EthereumAddress.Parse(other.Address)));
    }

    // A second ago, so that no clock takes it for the future.
    private static long NowMs() => TimeProvider.System.GetUtcNow().AddSeconds(-1).ToUnixTimeMilliseconds();

    private static ConsentProofVerdict Verify(ConsentProof proof, EthereumAddress receiver, EthereumAddress sender) =>
        proof.Verify(receiver, sender, TimeProvider.System.GetUtcNow(), CryptoProvider.Default);
}
