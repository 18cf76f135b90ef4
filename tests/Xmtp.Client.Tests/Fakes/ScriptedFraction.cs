using System.Buffers.Binary;
using System.Security.Cryptography;

namespace Xmtp.Client.Tests.Fakes;

/// <summary>Randomness that makes every jitter the same fraction.</summary>
internal sealed class ScriptedFraction(double fraction) : RandomNumberGenerator
{
    public override void GetBytes(byte[] data) => GetBytes(data.AsSpan());

    public override void GetBytes(Span<byte> data) => BinaryPrimitives.WriteUInt32LittleEndian(data, (uint)(fraction * uint.MaxValue));
}
