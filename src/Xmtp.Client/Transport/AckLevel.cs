using System.Diagnostics.CodeAnalysis;
using System.Globalization;

namespace Xmtp.Client.Transport;

/// <summary>
/// How safe what was published must be before the node answers, or was when it did. The default is <see cref="Local"/>.
/// Written <c>local</c> or <c>peers:2</c>, as on the wire.
/// </summary>
public readonly record struct AckLevel : IParsable<AckLevel>, IComparable<AckLevel>
{
    private const string LocalText = "local";
    private const string PeersPrefix = "peers:";

    private AckLevel(int peerCount) => PeerCount = peerCount;

    /// <summary>On stable storage of the node that was called: lost only if that node's disk dies before others have it.</summary>
    public static AckLevel Local => default;

    /// <summary>On stable storage of the node that was called and of so many other nodes.</summary>
    /// <param name="count">At least 1.</param>
    /// <exception cref="ArgumentOutOfRangeException">Less than 1.</exception>
    public static AckLevel Peers(int count)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(count, 1);
        return new AckLevel(count);
    }

    /// <summary>How many other nodes; 0 for <see cref="Local"/>.</summary>
    public int PeerCount { get; }

    /// <summary>Whether the first is less safe.</summary>
    public static bool operator <(AckLevel left, AckLevel right) => left.PeerCount < right.PeerCount;

    /// <summary>Whether the first is safer.</summary>
    public static bool operator >(AckLevel left, AckLevel right) => left.PeerCount > right.PeerCount;

    /// <summary>Whether the first is not safer.</summary>
    public static bool operator <=(AckLevel left, AckLevel right) => left.PeerCount <= right.PeerCount;

    /// <summary>Whether the first is not less safe.</summary>
    public static bool operator >=(AckLevel left, AckLevel right) => left.PeerCount >= right.PeerCount;

    /// <summary>Reads <c>local</c> or <c>peers:N</c>.</summary>
    /// <exception cref="FormatException">Anything else.</exception>
    public static AckLevel Parse(string s, IFormatProvider? provider = null) => TryParse(s, provider, out var level)
        ? level
        : throw new FormatException("An acknowledgement level is local or peers:N.");

    /// <summary>Reads <c>local</c> or <c>peers:N</c>. <c>peers:0</c> is <see cref="Local"/>: a node says so that waited for others in vain.</summary>
    public static bool TryParse([NotNullWhen(true)] string? s, IFormatProvider? provider, out AckLevel result)
    {
        result = default;
        if (s == LocalText) return true;
        if (s is null || !s.StartsWith(PeersPrefix, StringComparison.Ordinal)) return false;
        if (!int.TryParse(s.AsSpan(PeersPrefix.Length), NumberStyles.None, CultureInfo.InvariantCulture, out var count)) return false;
        result = new AckLevel(count);
        return true;
    }

    /// <summary>Orders by safety.</summary>
    public int CompareTo(AckLevel other) => PeerCount.CompareTo(other.PeerCount);

    /// <summary><c>local</c> or <c>peers:N</c>.</summary>
    public override string ToString() =>
        PeerCount == 0 ? LocalText : string.Create(CultureInfo.InvariantCulture, $"{PeersPrefix}{PeerCount}");
}
