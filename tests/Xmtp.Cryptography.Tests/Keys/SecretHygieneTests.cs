using System.Reflection;
using Xmtp.TestSupport;

namespace Xmtp.Cryptography.Tests.Keys;

/// <summary>Every type that holds a secret keeps it out of texts and zeroes it on Dispose.</summary>
public sealed class SecretHygieneTests
{
    private static readonly byte[] Secret = Vectors.Hex("d219635d9e227e11aab978fad5af8659a65538df2d44f8be568616717f9d48ef");

    /// <summary>How to make each disposable type from the secret; a new such type must be added, or this test fails.</summary>
    private static readonly Dictionary<Type, Func<IDisposable>> Holders = new()
    {
        [typeof(Secp256k1PrivateKey)] = static () => new Secp256k1PrivateKey(Secret, ManagedCryptoProvider.Instance),
    };

    private static IEnumerable<Type> DisposableTypes() =>
        typeof(CryptoProvider).Assembly.GetTypes().Where(static type => type is { IsAbstract: false, IsInterface: false } && typeof(IDisposable).IsAssignableFrom(type));

    private static IEnumerable<byte[]> Buffers(object holder) => holder.GetType()
        .GetFields(BindingFlags.Instance | BindingFlags.NonPublic | BindingFlags.Public)
        .Select(field => field.GetValue(holder)).OfType<byte[]>();

    [Fact]
    public void Assembly_TypesThatHoldSecrets_AreAllCovered()
    {
        Assert.Equal(Holders.Keys.ToHashSet(), DisposableTypes().ToHashSet());
        Assert.All(typeof(CryptoProvider).Assembly.GetExportedTypes().Where(static type => type.Name.Contains("PrivateKey", StringComparison.Ordinal)),
            static type => Assert.Contains(type, Holders.Keys));
    }

    [Fact]
    public void ToString_OfAHolder_ShowsNoSecret()
    {
        foreach (var make in Holders.Values)
        {
            using var holder = make();
            var text = $"{holder}";
            Assert.DoesNotContain(Vectors.Hex(Secret), text, StringComparison.OrdinalIgnoreCase);
            Assert.DoesNotContain(Convert.ToBase64String(Secret), text, StringComparison.Ordinal);
            Assert.DoesNotContain("d219635d", text, StringComparison.OrdinalIgnoreCase);
            Assert.Empty(holder.GetType().GetCustomAttributes<System.Diagnostics.DebuggerDisplayAttribute>());
            Assert.DoesNotContain(holder.GetType().GetProperties(), static property =>
                property.PropertyType == typeof(byte[]) || property.PropertyType == typeof(ReadOnlyMemory<byte>) || property.PropertyType == typeof(Memory<byte>));
        }
    }

    [Fact]
    public void Dispose_OfAHolder_ZeroesEveryCopy()
    {
        foreach (var make in Holders.Values)
        {
            var holder = make();
            var secrets = Buffers(holder).Where(static buffer => buffer.AsSpan().IndexOf(Secret) >= 0).ToArray();
            Assert.NotEmpty(secrets);
            holder.Dispose();
            holder.Dispose();
            Assert.All(secrets, static buffer => Assert.True(buffer.AsSpan().IndexOfAnyExcept((byte)0) < 0));
            Assert.DoesNotContain(Buffers(holder), static buffer => buffer.AsSpan().IndexOf(Secret) >= 0);
        }
    }

    [Fact]
    public void PrivateKey_AfterDispose_RefusesEveryUse()
    {
        var key = new Secp256k1PrivateKey(Secret, ManagedCryptoProvider.Instance);
        var publicKey = key.PublicKey;
        key.Dispose();
        var copy = Enumerable.Repeat((byte)1, 32).ToArray();
        Assert.Throws<ObjectDisposedException>(() => key.Sign(new byte[32]));
        Assert.Throws<ObjectDisposedException>(() => key.SharedPoint(publicKey));
        Assert.Throws<ObjectDisposedException>(key.Export);
        Assert.Throws<ObjectDisposedException>(() => key.CopyTo(copy));
        Assert.Equal(new byte[32], copy);
        Assert.Equal(publicKey, key.PublicKey);
    }

    [Theory, ClassData(typeof(CryptoProviders))]
    public async Task PrivateKey_DisposedWhileSigning_NeverSignsWithHalfAKey(string provider)
    {
        var crypto = CryptoProviders.Get(provider);
        for (var i = 0; i < 100; i++)
        {
            var key = new Secp256k1PrivateKey(Secret, crypto);
            var expected = key.Sign(Secret);
            using var start = new Barrier(2);
            var signing = Task.Run(() =>
            {
                start.SignalAndWait();
                try
                {
                    while (true)
                        Assert.Equal(expected, key.Sign(Secret));
                }
                catch (ObjectDisposedException)
                {
                }
            });
            start.SignalAndWait();
            key.Dispose();
            await signing;
        }
    }
}
