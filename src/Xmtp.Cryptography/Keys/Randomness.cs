using System.Security.Cryptography;

namespace Xmtp.Cryptography;

/// <summary>Randomness is injected; null means the system's.</summary>
internal static class Randomness
{
    public static void Fill(RandomNumberGenerator? random, Span<byte> destination)
    {
        if (random is null)
            RandomNumberGenerator.Fill(destination);
        else
            random.GetBytes(destination);
    }
}
