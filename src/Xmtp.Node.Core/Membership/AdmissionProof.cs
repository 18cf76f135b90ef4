using System.Buffers.Binary;
using System.Numerics;
using System.Security.Cryptography;
using Xmtp.Node.Core.Keys;

namespace Xmtp.Node.Core.Membership;

/// <summary>The price of a new identity: a salt that makes SHA-256(public key, salt) begin with zero bits.</summary>
internal static class AdmissionProof
{
    /// <summary>More bits than this nobody could find in a day.</summary>
    public const int BitsMax = 40;

    private const int SaltLength = sizeof(ulong);

    /// <summary>Searches a salt; it takes about 2^bits hashes, so off the mesh's own loop and before it starts.</summary>
    /// <param name="key">The node's key.</param>
    /// <param name="bits">Zero bits wanted, 0 … <see cref="BitsMax"/>; for 0 the salt is empty.</param>
    /// <param name="cancellationToken">Gives up.</param>
    /// <exception cref="CryptographicException">64 times as many hashes as expected found none: chance does not do that.</exception>
    public static byte[] Find(NodePublicKey key, int bits, CancellationToken cancellationToken = default)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(bits);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(bits, BitsMax);
        if (bits == 0) return [];
        var salt = new byte[SaltLength];
        for (var attempt = 0UL; attempt < 64UL << bits; attempt++)
        {
            if (attempt % 65_536 == 0) cancellationToken.ThrowIfCancellationRequested();
            BinaryPrimitives.WriteUInt64BigEndian(salt, attempt);
            if (Holds(key.Bytes.Span, salt, bits)) return salt;
        }

        throw new CryptographicException("No admission proof was found.");
    }

    /// <summary>Whether a salt proves the bits.</summary>
    public static bool Holds(ReadOnlySpan<byte> publicKey, ReadOnlySpan<byte> salt, int bits)
    {
        if (bits <= 0) return true;
        if (publicKey.Length != NodePublicKey.Length || salt.Length > MeshLimits.AdmissionProofLengthMaxBytes) return false;
        Span<byte> input = stackalloc byte[NodePublicKey.Length + MeshLimits.AdmissionProofLengthMaxBytes];
        publicKey.CopyTo(input);
        salt.CopyTo(input[NodePublicKey.Length..]);
        Span<byte> hash = stackalloc byte[SHA256.HashSizeInBytes];
        SHA256.HashData(input[..(NodePublicKey.Length + salt.Length)], hash);
        return BitOperations.LeadingZeroCount(BinaryPrimitives.ReadUInt64BigEndian(hash)) >= bits;
    }
}
