using System.Buffers.Binary;
using System.Security.Cryptography;

namespace Xmtp.Client.Network;

/// <summary>Spreads what many clients would otherwise do in step.</summary>
internal static class Jitter
{
    /// <summary>A fraction between 0 and 1, both included.</summary>
    public static double Next(RandomNumberGenerator random)
    {
        Span<byte> bytes = stackalloc byte[4];
        random.GetBytes(bytes);
        return BinaryPrimitives.ReadUInt32LittleEndian(bytes) / (double)uint.MaxValue;
    }
}
