using Org.BouncyCastle.Crypto.Digests;

namespace Xmtp.Cryptography;

/// <summary>Keccak-256 with the original padding, as Ethereum uses it; not SHA3-256.</summary>
public static class Keccak256
{
    /// <summary>Length of a hash in bytes.</summary>
    public const int Length = 32;

    // A finished digest resets itself, so one for each thread serves every call without allocating.
    [ThreadStatic]
    private static KeccakDigest? _digest;

    /// <summary>Hashes <paramref name="data"/>; 32 bytes.</summary>
    public static byte[] Hash(ReadOnlySpan<byte> data)
    {
        var hash = new byte[Length];
        Hash(data, hash);
        return hash;
    }

    /// <summary>Hashes <paramref name="data"/> into <paramref name="destination"/>.</summary>
    /// <param name="data">What to hash.</param>
    /// <param name="destination">Receives 32 bytes at its start; it may overlap <paramref name="data"/>.</param>
    /// <exception cref="ArgumentException">The destination is shorter than 32 bytes.</exception>
    public static void Hash(ReadOnlySpan<byte> data, Span<byte> destination)
    {
        if (destination.Length < Length)
            throw new ArgumentException($"the destination has {destination.Length} bytes; a hash needs {Length}", nameof(destination));
        var digest = _digest ??= new KeccakDigest(Length * 8);
        digest.BlockUpdate(data);
        digest.DoFinal(destination);
    }
}
