using Xmtp.Client.Messages;
using Xmtp.Client.Tests.Fakes;
using Xmtp.Identity;
using Xmtp.TestSupport;
using Proto = Xmtp.Protocol.MessageContents;

namespace Xmtp.Client.Tests.Messages;

public sealed class SharedSecretsTests
{
    [Fact]
    public async Task Agree_BeyondItsCapacity_StaysRight()
    {
        using var random = SeededRandom.Fresh();
        using var me = await TestKeys.CreateAsync(random);
        using var secrets = new SharedSecrets(me, capacity: 2);
        var peers = new PrivateKeyBundle[4];
        for (var i = 0; i < peers.Length; i++) peers[i] = await TestKeys.CreateAsync(random);

        for (var round = 0; round < 2; round++)
        {
            foreach (var peer in peers)
            {
                var message = SealedMessageV1.Encode(me, peer.PublicBundleV1, [7], 1, TestKeys.Provider, random, secrets);
                Assert.Equal(peer.WalletAddress, SealedMessageV1.Open(message, me, null, TestKeys.Provider, secrets).Value!.RecipientAddress);
                Assert.Equal([7], SealedMessageV1.Open(message, peer, null, TestKeys.Provider).Value!.Payload.ToArray());
            }
        }

        Array.ForEach(peers, static peer => peer.Dispose());
    }

    [Fact]
    public async Task Agree_InEitherDirection_GivesDifferentSecrets()
    {
        using var random = SeededRandom.Fresh();
        using var me = await TestKeys.CreateAsync(random);
        using var peer = await TestKeys.CreateAsync(random);
        using var secrets = new SharedSecrets(me);
        var (sent, received) = (new byte[PrivateKeyBundle.SharedSecretLength], new byte[PrivateKeyBundle.SharedSecretLength]);

        SharedSecrets.Agree(me, Header(me, peer), TestKeys.Provider, secrets, sent, out var outward);
        SharedSecrets.Agree(me, Header(peer, me), TestKeys.Provider, secrets, received, out var inward);

        Assert.NotEqual(sent, received);
        Assert.True(outward.IAmSender);
        Assert.False(inward.IAmSender);
        Assert.Equal((peer.WalletAddress, peer.WalletAddress), (outward.Peer, inward.Peer));
        Assert.Equal(sent, peer.SharedSecret(me.PublicBundle, peer.CurrentPreKey.PublicKey, iAmRecipient: true));
    }

    [Fact]
    public async Task Agree_ForAnotherAccount_Throws()
    {
        using var random = SeededRandom.Fresh();
        using var me = await TestKeys.CreateAsync(random);
        using var other = await TestKeys.CreateAsync(random);
        using var secrets = new SharedSecrets(other);

        Assert.Throws<ArgumentException>(() => SealedMessageV1.Encode(me, other.PublicBundleV1, [1], 1, TestKeys.Provider, random, secrets));
    }

    [Fact]
    public async Task Agree_AfterDispose_WorksAndRemembersNothing()
    {
        using var random = SeededRandom.Fresh();
        using var me = await TestKeys.CreateAsync(random);
        using var peer = await TestKeys.CreateAsync(random);
        var secrets = new SharedSecrets(me);
        secrets.Dispose();

        var secret = new byte[PrivateKeyBundle.SharedSecretLength];
        Assert.Equal(DropReason.None, SharedSecrets.Agree(me, Header(me, peer), TestKeys.Provider, secrets, secret, out _));
        Assert.Equal(0, secrets.Count);
    }

    private static Proto.SealedInvitationHeaderV1 Header(PrivateKeyBundle sender, PrivateKeyBundle recipient) =>
        new() { Sender = sender.PublicBundle.ToProto(), Recipient = recipient.PublicBundle.ToProto() };
}
