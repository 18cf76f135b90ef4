using Google.Protobuf;
using Microsoft.Extensions.Time.Testing;
using Xmtp.Cryptography;
using Xmtp.Protocol.Errors;
using Xmtp.Protocol.MessageApi.V1;
using Xmtp.TestSupport;
using Proto = Xmtp.Protocol.MessageContents;

namespace Xmtp.Identity.Tests.PublishTokens;

/// <summary>Each check of a token by itself, and which one speaks first when several fail.</summary>
public sealed class TokenFaultTests
{
    private static readonly DateTimeOffset Now = DateTimeOffset.FromUnixTimeMilliseconds(1_700_000_000_000);

    public static TheoryData<string, Action<Token>> Faults => new()
    {
        { "extracting token: missing identity key", static token => token.IdentityKey = null },
        { "extracting token: missing identity key", static token => token.IdentityKey.Signature = null },
        { "validating token: unknown signature type", static token => token.IdentityKey.Signature = new() },
        { "validating token: invalid signature length", static token => token.IdentityKey.Signature.EcdsaCompact.Bytes = ByteString.CopyFrom(new byte[63]) },
        { "validating token: invalid signature recovery id", static token => token.IdentityKey.Signature.EcdsaCompact.Recovery = 2 },
        { "validating token: the wallet signature of the identity key belongs to no account", static token => token.IdentityKey.Signature.EcdsaCompact.Bytes = ByteString.CopyFrom(new byte[64]) },
        { "missing auth data", static token => token.AuthDataBytes = ByteString.Empty },
        { "missing auth data signature", static token => token.AuthDataSignature = null },
        { "unknown public key type", static token => token.IdentityKey.ClearUnion() },
        { "invalid public key", static token => token.IdentityKey.Secp256K1Uncompressed.Bytes = ByteString.CopyFrom(new byte[64]) },
        { "invalid public key", static token => token.IdentityKey.Secp256K1Uncompressed.Bytes = ByteString.CopyFrom([4, .. new byte[64]]) },
        { "unknown signature type", static token => token.AuthDataSignature = new() },
        { "unknown signature type", static token => MoveToWalletArm(token.AuthDataSignature) },
        { "invalid signature", static token => token.AuthDataSignature.EcdsaCompact.Bytes = ByteString.CopyFrom(new byte[63]) },
        { "invalid signature", static token => token.AuthDataSignature.EcdsaCompact.Bytes = ByteString.CopyFrom(new byte[64]) },
        { "invalid signature", static token => token.AuthDataBytes = ByteString.CopyFrom([.. token.AuthDataBytes.Span, 0x78, 1]) },
        { "auth data does not parse", static token => Resign(token, [0xff, 0xff]) },
        { "auth data does not parse", static token => Resign(token, [0x0a, 0x02, 0xff, 0xfe]) },
        { "wallet address mismatch", static token => Resign(token, new AuthData { CreatedNs = 1 }.ToByteArray()) },
        { "wallet address mismatch", static token => Resign(token, new AuthData { WalletAddr = People.Row("bola").Text("wallet_address"), CreatedNs = 1 }.ToByteArray()) },
        { "wallet address mismatch", static token => token.IdentityKey.Timestamp++ },
        { "token expired", static token => Redate(token, 0) },
        { "token from the future", static token => Redate(token, ulong.MaxValue) },

        // Several faults: the earlier check speaks.
        { "missing auth data", static token => (token.AuthDataBytes, token.AuthDataSignature) = (ByteString.Empty, null) },
        { "missing auth data signature", static token => (token.AuthDataSignature, token.IdentityKey.Secp256K1Uncompressed.Bytes) = (null, ByteString.Empty) },
        { "validating token: invalid signature length", static token => (token.AuthDataBytes, token.IdentityKey.Signature.EcdsaCompact.Bytes) = (ByteString.Empty, ByteString.Empty) },
    };

    [Theory, MemberData(nameof(Faults))]
    public void Verify_TokenWithFault_GivesReason(string reason, Action<Token> fault)
    {
        foreach (var provider in CryptoProviders.Names)
        {
            var token = Sound();
            fault(token);
            Assert.Equal(reason, Refusal.Of(ErrorCatalogue.Unauthenticated, () => Verify(token, provider)).Message);
        }
    }

    [Theory, ClassData(typeof(CryptoProviders))]
    public void Verify_WalletSignatureInEitherArm_IsAccepted(string provider)
    {
        var token = Sound();
        Assert.Equal(People.Row("amal").Text("wallet_address"), Verify(token, provider).ToString());
        MoveToWalletArm(token.IdentityKey.Signature);
        Assert.Equal(People.Row("amal").Text("wallet_address"), Verify(token, provider).ToString());
    }

    private static EthereumAddress Verify(Token token, string provider) =>
        new PublishTokenVerifier(CryptoProviders.Get(provider), new FakeTimeProvider(Now))
            .Verify("Bearer " + Convert.ToBase64String(token.ToByteArray()));

    private static Token Sound()
    {
        using var keys = People.Keys("amal", CryptoProvider.Default);
        return Token.Parser.ParseFrom(Convert.FromBase64String(PublishToken.CreateHeader(keys, Now)["Bearer ".Length..]));
    }

    private static void Resign(Token token, byte[] authData)
    {
        using var keys = People.Keys("amal", CryptoProvider.Default);
        token.AuthDataBytes = ByteString.CopyFrom(authData);
        token.AuthDataSignature = new WireSignature(SignatureArm.EcdsaCompact, keys.IdentityKey.Sign(Keccak256.Hash(authData))).ToProto();
    }

    private static void Redate(Token token, ulong createdNs)
    {
        var authData = AuthData.Parser.ParseFrom(token.AuthDataBytes);
        authData.CreatedNs = createdNs;
        Resign(token, authData.ToByteArray());
    }

    private static void MoveToWalletArm(Proto.Signature signature) =>
        signature.WalletEcdsaCompact = new() { Bytes = signature.EcdsaCompact.Bytes, Recovery = signature.EcdsaCompact.Recovery };
}
