using Google.Protobuf;
using Xmtp.Cryptography;
using Xmtp.Protocol.MessageApi.V1;

namespace Xmtp.Identity;

/// <summary>The bearer token that a node asks for with every publish: the wallet's account, the time, signed by the identity key.</summary>
public static class PublishToken
{
    /// <summary>How long published clients use one token; a node refuses it after an hour.</summary>
    public static readonly TimeSpan Lifetime = TimeSpan.FromSeconds(3590);

    /// <summary>Scheme word of the header, case-sensitive.</summary>
    internal const string Scheme = "Bearer";

    /// <summary>Makes the value of the <c>Authorization</c> header: <c>Bearer</c> and the token in base64.</summary>
    /// <param name="keys">The account's keys.</param>
    /// <param name="now">Dates the token; within an hour of the node's clock.</param>
    public static string CreateHeader(PrivateKeyBundle keys, DateTimeOffset now)
    {
        ArgumentNullException.ThrowIfNull(keys);
        byte[] authData = new AuthData
        {
            WalletAddr = keys.WalletAddress.ToString(),
            CreatedNs = checked((ulong)UnixNanoseconds(now)),
        }.ToByteArray();
        EcdsaSignature signature = keys.IdentityKey.Sign(Keccak256.Hash(authData));
        Token token = new()
        {
            IdentityKey = keys.PublicBundleV1.SignedIdentityKey.ToProto(),
            AuthDataBytes = ByteString.CopyFrom(authData),
            AuthDataSignature = new WireSignature(SignatureArm.EcdsaCompact, signature).ToProto(),
        };
        return Scheme + " " + Convert.ToBase64String(token.ToByteArray());
    }

    /// <summary>Nanoseconds since 1970; fits for every date that a <see cref="DateTimeOffset"/> can hold.</summary>
    internal static Int128 UnixNanoseconds(DateTimeOffset time) =>
        (Int128)(time - DateTimeOffset.UnixEpoch).Ticks * TimeSpan.NanosecondsPerTick;
}
