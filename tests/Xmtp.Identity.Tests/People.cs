using System.Text.Json;
using Google.Protobuf;
using Xmtp.Cryptography;
using Xmtp.TestSupport;
using Proto = Xmtp.Protocol.MessageContents;

namespace Xmtp.Identity.Tests;

/// <summary>The three people of the vectors.</summary>
internal static class People
{
    internal static IReadOnlyList<string> Names { get; } = ["amal", "bola", "caro"];

    internal static JsonElement Row(string name) => Vectors.Load("01-identity-v1.json").Row("people", name);

    internal static PrivateKeyBundle Keys(string name, CryptoProvider provider) =>
        PrivateKeyBundle.Import(Row(name).Bytes("private_key_bundle_bytes"), provider);

    internal static PrivateKeyWallet Wallet(string name, CryptoProvider provider) =>
        new(Row(name).Bytes("wallet_private_key"), provider);

    internal static Proto.PublicKeyBundle PublicProto(string name) =>
        Proto.PublicKeyBundle.Parser.ParseFrom(Row(name).Bytes("public_key_bundle_bytes"));

    internal static Proto.SignedPublicKeyBundle SignedProto(string name) =>
        Proto.SignedPublicKeyBundle.Parser.ParseFrom(
            Vectors.Load("02-identity-v2.json").Row("converted_from_v1", name).Bytes("signed_public_key_bundle_bytes"));

    internal static JsonElement NativeV2 => Vectors.Load("02-identity-v2.json").Member("native_v2");

    internal static SignedPublicKeyBundle NativeBundle(CryptoProvider provider) =>
        SignedPublicKeyBundle.FromProto(
            Proto.SignedPublicKeyBundle.Parser.ParseFrom(NativeV2.Bytes("signed_public_key_bundle_bytes")), provider);

    internal static string HexOf(this IMessage message) => Vectors.Hex(message.ToByteArray());
}
