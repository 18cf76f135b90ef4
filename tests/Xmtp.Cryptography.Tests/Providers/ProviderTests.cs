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
    public void TryCreate_LibraryBesideTheApplication_GoesBeforeTheSystems()
    {
        // This project references the package Secp256k1.Net for its native libraries; there is none for macOS.
        Assert.SkipWhen(OperatingSystem.IsMacOS(), "Secp256k1.Net has no library for macOS");
        Assert.True(NativeCryptoProvider.TryCreate(out var native));
        Assert.Equal(OperatingSystem.IsWindows() ? "secp256k1.dll" : "libsecp256k1.so", native.Library);
    }

    [Fact]
    public void TryBind_TheSystemsLibrary_SignsAsManagedCodeDoes()
    {
        Assert.SkipUnless(OperatingSystem.IsLinux() && Environment.GetEnvironmentVariable("XMTP_REQUIRE_NATIVE") == "1", "libsecp256k1 of the system is not required here");
        var library = new[] { "libsecp256k1.so.6", "libsecp256k1.so.5", "libsecp256k1.so.2", "libsecp256k1.so.1" }
            .Select(static name => NativeLibrary.TryLoad(name, out var found) ? found : 0).First(static found => found != 0);
        Assert.True(NativeSecp256k1.TryBind(library, out var system));
        byte[] key = Curve.Bytes(7), signature = new byte[64], expected = new byte[64];
        foreach (var digest in new[] { Curve.Bytes(0), Curve.Bytes(1), Curve.Bytes(Curve.N), Keccak256.Hash(key), [.. Enumerable.Repeat((byte)0xff, 32)] })
        {
            Assert.True(system.TrySign(key, digest, signature, out var recovery));
            Assert.Equal(ManagedCryptoProvider.Instance.Sign(key, digest, expected), recovery);
            Assert.Equal(expected, signature);
        }
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
