using System.Security.Cryptography;
using Xmtp.Client.Messages;

namespace Xmtp.Client.Storage;

/// <summary>
/// The secret that a local store is encrypted under. Keep it where the platform keeps secrets (key chain, credential vault,
/// key management service), not beside the store. Whoever has both reads everything; whoever loses it loses the store, and fetches
/// it anew from the network with the account's wallet. Disposing clears it.
/// </summary>
public sealed class StoreKey : IDisposable
{
    /// <summary>Length in bytes.</summary>
    public const int Length = SecretKey.Length;

    private readonly SecretKey _key;

    /// <summary>Copies a key.</summary>
    /// <param name="key"><see cref="Length"/> random bytes.</param>
    /// <exception cref="ArgumentException">Another length.</exception>
    public StoreKey(ReadOnlySpan<byte> key)
    {
        if (key.Length != Length) throw new ArgumentException($"A store key has {Length} bytes.", nameof(key));
        _key = new SecretKey(typeof(StoreKey), key);
    }

    /// <summary>Makes a new key. Write it down with <see cref="Export"/> before anything is stored under it.</summary>
    /// <param name="random">The source; null for the system's.</param>
    public static StoreKey Generate(RandomNumberGenerator? random = null)
    {
        Span<byte> key = stackalloc byte[Length];
        if (random is null) RandomNumberGenerator.Fill(key);
        else random.GetBytes(key);
        var generated = new StoreKey(key);
        CryptographicOperations.ZeroMemory(key);
        return generated;
    }

    /// <summary>The key itself. Clear the array after use.</summary>
    /// <exception cref="ObjectDisposedException">It was cleared.</exception>
    public byte[] Export()
    {
        var key = new byte[Length];
        _key.CopyTo(key);
        return key;
    }

    /// <inheritdoc/>
    public void Dispose() => _key.Dispose();

    /// <summary>Without the key.</summary>
    public override string ToString() => nameof(StoreKey);

    /// <summary>A key for one purpose.</summary>
    internal SecretKey Derive(ReadOnlySpan<byte> purpose)
    {
        Span<byte> key = stackalloc byte[Length];
        try
        {
            _key.CopyTo(key);
            var derived = new SecretKey(typeof(StoreKey));
            HKDF.DeriveKey(HashAlgorithmName.SHA256, key, derived.Uninitialised, [], purpose);
            return derived;
        }
        finally
        {
            CryptographicOperations.ZeroMemory(key);
        }
    }
}
