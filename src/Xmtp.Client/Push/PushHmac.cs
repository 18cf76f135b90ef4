using System.Globalization;
using System.Security.Cryptography;
using System.Text.Unicode;
using Xmtp.Cryptography;

namespace Xmtp.Client.Push;

/// <summary>
/// The <c>sender_hmac</c> of V2 messages: a push server that was given a user's keys can skip what that user sent,
/// without learning any content. Keys change every 30 days by the wall clock at sending.
/// </summary>
public static class PushHmac
{
    /// <summary>Length of a key and of a MAC, in bytes.</summary>
    public const int Length = HMACSHA256.HashSizeInBytes;

    // A number of 64 bits, a dash, an address.
    private const int InfoLengthMax = 20 + 1 + 42;

    private const long PeriodSeconds = 30 * 24 * 60 * 60;

    /// <summary>The number of the 30-day period that a time falls into.</summary>
    public static long Period(DateTimeOffset time) => (long)Math.Floor(time.ToUnixTimeSeconds() / (double)PeriodSeconds);

    /// <summary>Derives the key of one sender for one period.</summary>
    /// <param name="keyMaterial">The conversation's key.</param>
    /// <param name="sender">The account whose messages it marks.</param>
    /// <param name="period">See <see cref="Period"/>.</param>
    public static PushHmacKey Key(ReadOnlySpan<byte> keyMaterial, EthereumAddress sender, long period)
    {
        var key = new byte[Length];
        Derive(keyMaterial, sender, period, key);
        return new PushHmacKey(period, key);
    }

    /// <summary>What a client hands to its push server: the keys of the period before, this one and the next.</summary>
    /// <param name="keyMaterial">The conversation's key.</param>
    /// <param name="sender">This account.</param>
    /// <param name="now">The clock.</param>
    public static IReadOnlyList<PushHmacKey> Keys(ReadOnlySpan<byte> keyMaterial, EthereumAddress sender, DateTimeOffset now)
    {
        var period = Period(now);
        return [Key(keyMaterial, sender, period - 1), Key(keyMaterial, sender, period), Key(keyMaterial, sender, period + 1)];
    }

    /// <summary>The MAC that a sender writes into a message.</summary>
    /// <param name="keyMaterial">The conversation's key.</param>
    /// <param name="sender">The account that sends.</param>
    /// <param name="now">The clock at sending, not the message's time.</param>
    /// <param name="headerBytes">The message's serialised header. The protobuf comment of other SDKs names the ciphertext; they authenticate the header.</param>
    /// <returns><see cref="Length"/> bytes.</returns>
    public static byte[] Compute(ReadOnlySpan<byte> keyMaterial, EthereumAddress sender, DateTimeOffset now, ReadOnlySpan<byte> headerBytes)
    {
        Span<byte> key = stackalloc byte[Length];
        try
        {
            Derive(keyMaterial, sender, Period(now), key);
            return HMACSHA256.HashData(key, headerBytes);
        }
        finally
        {
            CryptographicOperations.ZeroMemory(key);
        }
    }

    /// <summary>Whether <paramref name="senderHmac"/> was made with <paramref name="key"/>; takes the same time for every wrong MAC.</summary>
    public static bool Verify(PushHmacKey key, ReadOnlySpan<byte> headerBytes, ReadOnlySpan<byte> senderHmac)
    {
        ArgumentNullException.ThrowIfNull(key);
        Span<byte> expected = stackalloc byte[Length];
        HMACSHA256.HashData(key.Key.Span, headerBytes, expected);
        return CryptographicOperations.FixedTimeEquals(expected, senderHmac);
    }

    private static void Derive(ReadOnlySpan<byte> keyMaterial, EthereumAddress sender, long period, Span<byte> key)
    {
        Span<byte> info = stackalloc byte[InfoLengthMax];
        Utf8.TryWrite(info, CultureInfo.InvariantCulture, $"{period}-{sender}", out var length);
        HKDF.DeriveKey(HashAlgorithmName.SHA256, keyMaterial, key, [], info[..length]);
    }
}
