using System.Buffers.Binary;
using System.Numerics;
using System.Security.Cryptography;

namespace Xmtp.Identity;

/// <summary>
/// Remembers tokens whose signatures were checked, since a client sends one token for an hour. Each token has one slot, told by
/// its digest; a newer token takes a slot over. So the memory is fixed, nothing locks, and the worst that a flood of tokens
/// does is to have signatures checked again.
/// </summary>
internal sealed class VerifiedTokenCache
{
    private readonly Entry?[] _slots;

    internal VerifiedTokenCache(int capacity) => _slots = new Entry?[BitOperations.RoundUpToPowerOf2((uint)capacity)];

    /// <summary>Finds a token by the SHA-256 of its text.</summary>
    internal VerifiedToken? Find(ReadOnlySpan<byte> digest)
    {
        Entry? entry = Volatile.Read(ref Slot(digest));
        return entry is not null && CryptographicOperations.FixedTimeEquals(entry.Digest, digest) ? entry.Token : null;
    }

    /// <summary>Remembers a token under the SHA-256 of its text.</summary>
    internal void Add(ReadOnlySpan<byte> digest, VerifiedToken token) =>
        Volatile.Write(ref Slot(digest), new Entry(digest.ToArray(), token));

    private ref Entry? Slot(ReadOnlySpan<byte> digest) =>
        ref _slots[BinaryPrimitives.ReadUInt32LittleEndian(digest) & (uint)(_slots.Length - 1)];

    private sealed record Entry(byte[] Digest, VerifiedToken Token);
}
