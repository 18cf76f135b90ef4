using System.Runtime.InteropServices;
using Xmtp.Cryptography.Tests.Keys;
using Xmtp.Protocol.Errors;
using Xmtp.TestSupport;

namespace Xmtp.Cryptography.Tests.Providers;

public sealed class ProviderTests
{
    [Theory, InlineData("managed"), InlineData(" Managed "), InlineData("MANAGED")]
    public void Select_Managed_IsManaged(string wanted) => Assert.Same(ManagedCryptoProvider.Instance, ProviderSelection.Select(wanted));

    [Theory, InlineData(null), InlineData(""), InlineData(" ")]
    public void Select_Nothing_IsNativeWhereItWorks(string? wanted) =>
        Assert.Equal(CryptoProviders.Names[^1], ProviderSelection.Select(wanted).Name);

    [Fact]
    public void Select_Native_IsNativeOrAClearError()
    {
        if (NativeCryptoProvider.TryCreate(out var native))
            Assert.Same(native, ProviderSelection.Select("native"));
        else
            Assert.Equal(ErrorCatalogue.CryptographyUnavailable, Assert.Throws<XmtpException>(() => ProviderSelection.Select("native")).Code);
    }

    [Fact]
    public void Select_UnknownName_IsAClearError()
    {
        var exception = Assert.Throws<XmtpException>(() => ProviderSelection.Select("openssl"));
        Assert.Equal(ErrorCatalogue.CryptographyUnavailable, exception.Code);
        Assert.Contains("openssl", exception.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Default_AskedTwice_IsTheSame()
    {
        Assert.Same(CryptoProvider.Default, CryptoProvider.Default);
        Assert.Contains(CryptoProvider.Default.Name, CryptoProviders.Names);
        Assert.Equal(CryptoProvider.Default.Name, CryptoProvider.Default.ToString());
    }

    [Fact]
    public void TryBind_LibraryWithoutTheFunctions_IsFalse()
    {
        Assert.False(NativeSecp256k1.TryBind(NativeLibrary.GetMainProgramHandle(), out var bound));
        Assert.Null(bound);
    }

    [Theory, ClassData(typeof(CryptoProviders))]
    public void Provider_UsedByManyThreads_GivesTheSameAsAlone(string provider)
    {
        var crypto = CryptoProviders.Get(provider);
        var expected = Enumerable.Range(1, 64).Select(i => Work(crypto, i)).ToArray();
        Parallel.For(0, 512, new ParallelOptions { MaxDegreeOfParallelism = 8 }, i => Assert.Equal(expected[i % 64], Work(crypto, (i % 64) + 1)));
    }

    private static string Work(CryptoProvider crypto, int i)
    {
        using var key = new Secp256k1PrivateKey(Curve.Bytes(i), crypto);
        using var peer = new Secp256k1PrivateKey(Curve.Bytes(i + 1), crypto);
        var digest = Keccak256.Hash(Curve.Bytes(i));
        var signature = key.Sign(digest);
        Assert.True(key.PublicKey.Verify(digest, signature));
        Assert.True(Secp256k1PublicKey.TryRecover(digest, signature, crypto, out var signer));
        return $"{signature} {signer.Address} {Vectors.Hex(key.SharedPoint(peer.PublicKey))}";
    }
}
