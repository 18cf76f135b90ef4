using Xmtp.Cryptography;
using Xmtp.Node.Core.Access;
using Xmtp.Protocol.Errors;
using static Xmtp.Node.Core.Tests.Storage.Entries;

namespace Xmtp.Node.Core.Tests.Access;

public sealed class PublishAuthorizerTests
{
    private const string Wallet = "0xfB6916095ca1df60bB79Ce92cE3Ea74c37c5d359";
    private const string Other = "0x5aAeb6053F3E94C9b9A09f33669435E7Ef1BeAed";
    private readonly WalletLists _lists = new();

    private PublishAuthorizer Authorizer => new(_lists);

    [Theory]
    [InlineData($"/xmtp/0/contact-{Wallet}/proto")]
    [InlineData($"/xmtp/0/contact-{Wallet}")]
    [InlineData($"/xmtp/0/contact-{Wallet}-anything/proto")]
    [InlineData($"/xmtp/0/privatestore-{Wallet}/key_bundle/proto")]
    [InlineData($"/xmtp/0/intro-{Other}/proto")]
    [InlineData($"/xmtp/0/invite-{Other}/proto")]
    [InlineData($"/xmtp/0/dm-{Wallet}-{Other}/proto")]
    [InlineData("/xmtp/0/m-x/proto")]
    [InlineData("/xmtp/0/mE-x/proto")]
    [InlineData("/xmtp/0/userpreferences-x/proto")]
    [InlineData("/xmtp/0/unknown-x/proto")]
    [InlineData($"/xmtp/1/contact-{Other}/proto")]
    [InlineData($"contact-{Other}")]
    [InlineData("")]
    public void Authorize_OwnOrOpenTopic_Returns(string topic) => Authorizer.Authorize(EthereumAddress.Parse(Wallet), [Envelope(topic, 1)]);

    [Theory]
    [InlineData($"/xmtp/0/contact-{Other}/proto")]
    [InlineData($"/xmtp/0/privatestore-{Other}/key_bundle/proto")]
    [InlineData("/xmtp/0/contact-0xfb6916095ca1df60bb79ce92ce3ea74c37c5d359/proto")]
    [InlineData("/xmtp/0/contact-/proto")]
    [InlineData("/xmtp/0/contact-")]
    [InlineData($"/xmtp/0/contact-x{Wallet}/proto")]
    [InlineData($"/xmtp/0/contact-{Wallet}x/proto")]
    public void Authorize_TopicOfAnother_IsRefusedForTheWholeRequest(string topic)
    {
        var failure = Assert.Throws<XmtpException>(() => Authorizer.Authorize(EthereumAddress.Parse(Wallet), [Envelope("a", 1), Envelope(topic, 1)]));
        Assert.Equal(ErrorCatalogue.TopicRestricted, failure.Code);
        Assert.Equal("publishing to restricted topic", failure.Message);
    }

    [Fact]
    public void Authorize_PrivilegedWallet_MayWriteAnywhere()
    {
        _lists.SetPrivileged([EthereumAddress.Parse(Wallet)]);
        Authorizer.Authorize(EthereumAddress.Parse(Wallet), [Envelope($"/xmtp/0/contact-{Other}/proto", 1)]);
        Assert.Throws<XmtpException>(() => Authorizer.Authorize(EthereumAddress.Parse(Other), [Envelope($"/xmtp/0/contact-{Wallet}/proto", 1)]));
    }

    [Fact]
    public void Authorize_DeniedWallet_IsRefusedAfterTheTopics()
    {
        var wallet = EthereumAddress.Parse(Wallet);
        _lists.SetDenied([wallet]);
        var failure = Assert.Throws<XmtpException>(() => Authorizer.Authorize(wallet, []));
        Assert.Equal(ErrorCatalogue.WalletDenied, failure.Code);
        Assert.Equal("wallet is deny listed", failure.Message);
        Assert.Equal(ErrorCatalogue.TopicRestricted, Assert.Throws<XmtpException>(() => Authorizer.Authorize(wallet, [Envelope($"/xmtp/0/contact-{Other}", 1)])).Code);

        _lists.SetPrivileged([wallet]);
        Assert.Equal(ErrorCatalogue.WalletDenied, Assert.Throws<XmtpException>(() => Authorizer.Authorize(wallet, [Envelope("a", 1)])).Code);
        _lists.SetDenied([]);
        Authorizer.Authorize(wallet, [Envelope("a", 1)]);
    }

    [Fact]
    public void HasPriority_AllowedWallet_HasIt()
    {
        _lists.SetAllowed([EthereumAddress.Parse(Wallet)]);
        Assert.True(Authorizer.HasPriority(EthereumAddress.Parse(Wallet)));
        Assert.False(Authorizer.HasPriority(EthereumAddress.Parse(Other)));
    }
}
