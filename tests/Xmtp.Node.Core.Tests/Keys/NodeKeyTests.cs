using System.Security.Cryptography;
using Xmtp.Node.Core.Keys;
using Xmtp.Node.Core.Tests.Storage;

namespace Xmtp.Node.Core.Tests.Keys;

public sealed class NodeKeyTests
{
    [Fact]
    public void ExportPkcs8_ThenImport_IsTheSameKey()
    {
        using var key = NodeKey.Generate();
        var bytes = key.ExportPkcs8();
        using var again = NodeKey.ImportPkcs8(bytes);

        Assert.Equal(key.Public, again.Public);
        Assert.Equal(key.Id, again.Id);
        Assert.True(key.Public.Verify("data"u8, Sign(again)));
    }

    [Fact]
    public void ImportPkcs8_AnotherCurveOrNoKey_IsRefused()
    {
        using var other = ECDsa.Create(ECCurve.NamedCurves.nistP384);
        Assert.ThrowsAny<CryptographicException>(() => NodeKey.ImportPkcs8(other.ExportPkcs8PrivateKey()));
        Assert.ThrowsAny<CryptographicException>(() => NodeKey.ImportPkcs8([1, 2, 3]));
    }

    [Fact]
    public void FromScalar_ZeroOrTheOrderOfTheCurve_IsRefused()
    {
        Assert.ThrowsAny<CryptographicException>(() => NodeKey.FromScalar(new byte[32]));
        var order = Convert.FromHexString("ffffffff00000000ffffffffffffffffbce6faada7179e84f3b9cac2fc632551");
        Assert.ThrowsAny<CryptographicException>(() => NodeKey.FromScalar(order));
    }

    [Fact]
    public void Generate_Twice_GivesDifferentKeys()
    {
        using var one = NodeKey.Generate();
        using var other = NodeKey.Generate();
        Assert.NotEqual(one.Id, other.Id);
        Assert.NotEqual(one.Public, other.Public);
    }

    [Fact]
    public void Verify_ChangedDataSignatureOrKey_IsFalse()
    {
        var key = TestKeys.Node(1);
        var signature = Sign(key);

        Assert.True(key.Public.Verify("data"u8, signature));
        Assert.False(key.Public.Verify("datA"u8, signature));
        Assert.False(TestKeys.Node(2).Public.Verify("data"u8, signature));
        Assert.False(key.Public.Verify("data"u8, signature.AsSpan(1)));
        Assert.False(key.Public.Verify("data"u8, [.. signature, 0]));
        Assert.False(key.Public.Verify("data"u8, new byte[NodePublicKey.SignatureLength]));
        for (var i = 0; i < signature.Length; i++)
        {
            signature[i] ^= 1;
            Assert.False(key.Public.Verify("data"u8, signature), $"byte {i}");
            signature[i] ^= 1;
        }
    }

    [Fact]
    public void TryCreate_NotAPointOnTheCurve_IsFalse()
    {
        var bytes = TestKeys.Node(1).Public.Bytes.ToArray();
        Assert.True(NodePublicKey.TryCreate(bytes, out var key));
        Assert.Equal(TestKeys.Node(1).Public, key);
        Assert.False(NodePublicKey.TryCreate(bytes.AsSpan(1), out _));
        Assert.False(NodePublicKey.TryCreate([.. bytes, 0], out _));
        Assert.False(NodePublicKey.TryCreate(new byte[NodePublicKey.Length], out _));
        bytes[^1] ^= 1;
        Assert.False(NodePublicKey.TryCreate(bytes, out _));
        bytes[^1] ^= 1;
        bytes[0] = 2;
        Assert.False(NodePublicKey.TryCreate(bytes, out _));
    }

    [Fact]
    public void ToString_AKey_TellsTheIdAlone()
    {
        using var key = NodeKey.Generate();
        Assert.Equal(key.Id.ToString(), key.ToString());
        Assert.Equal(key.Id.ToString(), key.Public.ToString());
    }

    [Fact]
    public async Task Sign_FromManyThreads_AllHold()
    {
        var key = TestKeys.Node(1);
        var signatures = await Task.WhenAll(Enumerable.Range(0, 8).Select(_ => Task.Run(() => Enumerable.Range(0, 20).Select(_ => Sign(key)).ToArray())));
        Assert.All(signatures.SelectMany(static all => all), signature => Assert.True(key.Public.Verify("data"u8, signature)));
    }

    private static byte[] Sign(NodeKey key)
    {
        var signature = new byte[NodePublicKey.SignatureLength];
        key.Sign("data"u8, signature);
        return signature;
    }
}
