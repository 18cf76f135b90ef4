using Microsoft.Extensions.Time.Testing;
using Xmtp.Cryptography;
using Xmtp.Protocol.Errors;
using Xmtp.TestSupport;

namespace Xmtp.Identity.Tests.Bundles;

public sealed class SharedSecretTests
{
    [Theory, ClassData(typeof(CryptoProviders))]
    public void SharedSecret_VectorPairs_BothSidesAndFormsAgree(string provider)
    {
        foreach (var row in Vectors.Load("05-key-agreement.json").Rows("agreements"))
        {
            using var sender = People.Keys(row.Text("sender"), CryptoProviders.Get(provider));
            using var recipient = People.Keys(row.Text("recipient"), CryptoProviders.Get(provider));
            string[] secrets =
            [
                Vectors.Hex(sender.SharedSecret(recipient.PublicBundle, sender.PublicBundle.PreKey, iAmRecipient: false)),
                Vectors.Hex(sender.SharedSecret(recipient.PublicBundleV1, sender.PublicBundle.PreKey, iAmRecipient: false)),
                Vectors.Hex(recipient.SharedSecret(sender.PublicBundle, recipient.PublicBundle.PreKey, iAmRecipient: true)),
                Vectors.Hex(recipient.SharedSecret(sender.PublicBundleV1, recipient.PublicBundle.PreKey, iAmRecipient: true)),
            ];
            Assert.All(secrets, secret => Assert.Equal(row.Text("secret"), secret));
        }
    }

    [Theory, ClassData(typeof(CryptoProviders))]
    public void SharedSecret_Secret_OpensAndMakesVectorCiphertexts(string provider)
    {
        var crypto = CryptoProviders.Get(provider);
        foreach (var row in Vectors.Load("05-key-agreement.json").Rows("ciphertext"))
        {
            using PrivateKeyBundle amal = People.Keys("amal", crypto), bola = People.Keys("bola", crypto);
            var secret = amal.SharedSecret(bola.PublicBundle, amal.PublicBundle.PreKey, iAmRecipient: false);
            Assert.Equal(row.Text("secret"), Vectors.Hex(secret));
            using var random = new ScriptedRandom(row.Bytes("hkdf_salt"), row.Bytes("gcm_nonce"));
            var ciphertext = AesGcmHkdf.Encrypt(crypto, secret, row.Bytes("plaintext"), row.Bytes("aad"), random);
            Assert.Equal(row.Text("ciphertext_proto_bytes"), ciphertext.HexOf());
            Assert.Equal(row.Bytes("plaintext"), AesGcmHkdf.Decrypt(crypto, ciphertext, secret, row.Bytes("aad")));
        }
    }

    [Fact]
    public void SharedSecret_OlderPreKey_IsFoundByPublicHalf()
    {
        using PrivateKeyBundle amal = People.Keys("amal", CryptoProvider.Default), bola = People.Keys("bola", CryptoProvider.Default);
        using var renewed = amal.WithNewPreKey(new FakeTimeProvider());
        var expected = bola.SharedSecret(amal.PublicBundle, bola.PublicBundle.PreKey, iAmRecipient: false);
        Assert.Equal(expected, renewed.SharedSecret(bola.PublicBundle, amal.PublicBundle.PreKey, iAmRecipient: true));
        Assert.NotEqual(expected, renewed.SharedSecret(bola.PublicBundle, renewed.PublicBundle.PreKey, iAmRecipient: true));
    }

    [Theory, ClassData(typeof(CryptoProviders))]
    public void SharedSecret_UnsignedPeerPreKeyOrForeignOwnPreKey_IsRefused(string provider)
    {
        using PrivateKeyBundle amal = People.Keys("amal", CryptoProviders.Get(provider)), bola = People.Keys("bola", CryptoProviders.Get(provider));
        Refusal.Of(ErrorCatalogue.CryptographyFailed, () => amal.SharedSecret(bola.PublicBundle, bola.PublicBundle.PreKey, iAmRecipient: true));

        var mixed = People.SignedProto("bola");
        mixed.PreKey = People.SignedProto("caro").PreKey;
        var unsigned = SignedPublicKeyBundle.FromProto(mixed, CryptoProviders.Get(provider));
        Refusal.Of(ErrorCatalogue.CryptographyFailed, () => amal.SharedSecret(unsigned, amal.PublicBundle.PreKey, iAmRecipient: true));
        var legacy = unsigned.ToV1();
        Refusal.Of(ErrorCatalogue.CryptographyFailed, () => amal.SharedSecret(legacy, amal.PublicBundle.PreKey, iAmRecipient: true));
    }
}
