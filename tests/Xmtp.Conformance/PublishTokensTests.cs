using Google.Protobuf;
using Microsoft.Extensions.Time.Testing;
using Xmtp.Conformance.Vectors;
using Xmtp.Cryptography;
using Xmtp.Identity;
using Xmtp.Protocol.Errors;
using Xmtp.Protocol.MessageApi.V1;

namespace Xmtp.Conformance;

/// <summary>File 13.</summary>
public sealed class PublishTokensTests
{
    private static readonly Vector Root = VectorFiles.Open("13-auth-token");

    public static TheoryData<string, int> Tokens => Providers.WithEach(Root["tokens"]);

    public static TheoryData<string, int> Negative => Providers.WithEach(Root["negative"]);

    [Theory]
    [MemberData(nameof(Tokens))]
    public void CreateHeader_AtTheVectorsTime_GivesTheVectorsToken(string providerName, int index)
    {
        var vector = Root["tokens"][index];
        using var person = Person.Named(vector["name"].Text, Providers.Get(providerName));
        Assert.Equal(vector["identity_private_key"].Bytes, person.Keys.IdentityKey.Export());

        var header = PublishToken.CreateHeader(person.Keys, vector["created_ms"].Milliseconds);

        Assert.Equal(vector["header_value"].Text, header);
        Assert.Equal("Authorization", vector["header_name"].Text);
        var token = Token.Parser.ParseFrom(Convert.FromBase64String(header["Bearer ".Length..]));
        Assert.Equal(vector["token_bytes"].Bytes, token.ToByteArray());
        Assert.Equal(vector["identity_public_key_bytes"].Bytes, token.IdentityKey.ToByteArray());
        Assert.Equal(vector["auth_data_bytes"].Bytes, token.AuthDataBytes.ToByteArray());
        Assert.Equal(vector["keccak256_digest"].Bytes, Keccak256.Hash(token.AuthDataBytes.Span));
        Signatures.AssertEqual(vector["auth_data_signature"], token.AuthDataSignature);
        var authData = AuthData.Parser.ParseFrom(token.AuthDataBytes);
        Assert.Equal(vector["wallet_addr"].Text, authData.WalletAddr);
        Assert.Equal(vector["created_ns"].Number, authData.CreatedNs);
    }

    [Theory]
    [MemberData(nameof(Tokens))]
    public void Verify_UpToAnHour_GivesTheWallet(string providerName, int index)
    {
        var vector = Root["tokens"][index];
        var lastMoment = DateTimeOffset.UnixEpoch.AddTicks((long)(vector["expected"]["accepted_until_ns"].Number / 100));
        var clock = new FakeTimeProvider(lastMoment);
        var verifier = new PublishTokenVerifier(Providers.Get(providerName), clock);

        Assert.Equal(vector["expected"]["wallet"].Address, verifier.Verify(vector["header_value"].Text));

        clock.Advance(TimeSpan.FromTicks(1));
        Assert.Equal(ErrorCatalogue.Unauthenticated, Assert.Throws<XmtpException>(() => verifier.Verify(vector["header_value"].Text)).Code);
    }

    [Theory]
    [MemberData(nameof(Negative))]
    public void Verify_OfANegativeToken_IsRefusedForItsReason(string providerName, int index)
    {
        var vector = Root["negative"][index];
        var clock = new FakeTimeProvider(Root["tokens"][0]["created_ms"].Milliseconds);
        var verifier = new PublishTokenVerifier(Providers.Get(providerName), clock);

        var failure = Assert.Throws<XmtpException>(() => verifier.Verify(vector["header_value"].Text));

        Assert.NotEmpty(vector["name"].Text);
        Assert.Equal(ErrorCatalogue.Unauthenticated, failure.Code);
        Assert.Contains(vector["expected_error"].Text, failure.Message, StringComparison.Ordinal);
        Assert.Equal($"Bearer {Convert.ToBase64String(vector["token_bytes"].Bytes)}", vector["header_value"].Text);
    }
}
