using System.Buffers;
using System.Buffers.Binary;
using System.Buffers.Text;
using System.Diagnostics.CodeAnalysis;
using Xmtp.Node.Core.Log;

namespace Xmtp.Node.Core.Subscriptions;

/// <summary>
/// How far a reader has come: of each log the last entry at or below which it has all. It means the same on every node, because logs
/// and numbers do. To forget a log is always safe, it is read again then; so that is what happens when there are more than a token
/// holds. As text (a token) it is base64url, without padding, of
/// <code>
/// version (1), then for each log, by tag: tag (8, big-endian: the first bytes of the hash of its name), sequence (varint)
/// </code>
/// </summary>
public sealed class StreamPosition : IEquatable<StreamPosition>
{
    /// <summary>Length of a token in characters, at most.</summary>
    public const int TokenLengthMax = 8000;

    private const byte Version = 1;
    private const int LengthMax = TokenLengthMax / 4 * 3;
    private const int TagLength = sizeof(ulong);
    private const int VarintLengthMax = 10;

    private static readonly SearchValues<char> s_alphabet = SearchValues.Create("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_");

    private readonly (ulong Tag, ulong Sequence)[] _logs;
    private string? _token;

    private StreamPosition((ulong Tag, ulong Sequence)[] logs) => _logs = logs;

    /// <summary>Before the first entry of every log.</summary>
    public static StreamPosition Start { get; } = new([]);

    /// <summary>How many logs it speaks of.</summary>
    public int LogCount => _logs.Length;

    /// <summary>The last entry of a log at or below which the reader has all; 0 for a log it does not speak of.</summary>
    /// <param name="log">Hash of the log's name.</param>
    public ulong this[Hash256 log] => Find(log.Prefix);

    /// <summary>Makes a position from ends of logs.</summary>
    /// <param name="ends">The hash of each log's name, and its last entry.</param>
    public static StreamPosition Create(IEnumerable<(Hash256 Log, ulong Sequence)> ends)
    {
        ArgumentNullException.ThrowIfNull(ends);
        var logs = ends.Where(static end => end.Sequence > 0).Select(static end => (Tag: end.Log.Prefix, end.Sequence)).ToArray();
        Array.Sort(logs);
        return new StreamPosition(Fit(logs));
    }

    /// <summary>Reads a token from outside.</summary>
    /// <param name="token">The token.</param>
    /// <param name="position">What it says.</param>
    /// <returns>False when it is none, or not the one that this software would write.</returns>
    public static bool TryParse([NotNullWhen(true)] string? token, [NotNullWhen(true)] out StreamPosition? position)
    {
        position = null;
        if (token is null || token.Length is 0 or > TokenLengthMax || token.AsSpan().ContainsAnyExcept(s_alphabet)) return false;
        Span<byte> bytes = stackalloc byte[LengthMax];
        if (Base64Url.DecodeFromChars(token, bytes, out _, out var length) != OperationStatus.Done || !TryRead(bytes[..length], out var logs)) return false;
        position = new StreamPosition(logs);
        // One position, one text: what differs in unused bits or in the form of numbers is not ours.
        return position.ToString() == token;
    }

    /// <summary>Whoever has read up to here and up to there has read up to this.</summary>
    /// <param name="other">There.</param>
    public StreamPosition Union(StreamPosition other)
    {
        ArgumentNullException.ThrowIfNull(other);
        if (Covers(other)) return this;
        if (other.Covers(this)) return other;
        var logs = new Dictionary<ulong, ulong>(_logs.Length + other._logs.Length);
        foreach (var (tag, sequence) in _logs) logs[tag] = sequence;
        foreach (var (tag, sequence) in other._logs) logs[tag] = Math.Max(sequence, logs.GetValueOrDefault(tag));
        var merged = logs.Select(static log => (Tag: log.Key, Sequence: log.Value)).ToArray();
        Array.Sort(merged);
        return new StreamPosition(Fit(merged));
    }

    /// <summary>Whether all at or below the other position is at or below this one.</summary>
    /// <param name="other">The other.</param>
    public bool Covers(StreamPosition other)
    {
        ArgumentNullException.ThrowIfNull(other);
        foreach (var (tag, sequence) in other._logs)
            if (Find(tag) < sequence) return false;
        return true;
    }

    /// <summary>The token.</summary>
    public override string ToString() => _token ??= Encode();

    /// <inheritdoc/>
    public bool Equals(StreamPosition? other) => other is not null && _logs.AsSpan().SequenceEqual(other._logs);

    /// <inheritdoc/>
    public override bool Equals(object? obj) => Equals(obj as StreamPosition);

    /// <inheritdoc/>
    public override int GetHashCode() => ToString().GetHashCode(StringComparison.Ordinal);

    private ulong Find(ulong tag)
    {
        var (low, high) = (0, _logs.Length);
        while (low < high)
        {
            var middle = (low + high) / 2;
            if (_logs[middle].Tag < tag) low = middle + 1;
            else high = middle;
        }

        return low < _logs.Length && _logs[low].Tag == tag ? _logs[low].Sequence : 0;
    }

    /// <summary>
    /// Makes one of logs that share a tag, as far as both go, and leaves out the shortest ones until the token is short enough.
    /// </summary>
    private static (ulong Tag, ulong Sequence)[] Fit((ulong Tag, ulong Sequence)[] sorted)
    {
        var logs = sorted.DistinctBy(static log => log.Tag).ToArray();
        if (Length(logs) <= LengthMax) return logs;
        var length = 1;
        var kept = logs.OrderByDescending(static log => log.Sequence).TakeWhile(log => (length += Length(log)) <= LengthMax).ToArray();
        Array.Sort(kept);
        return kept;
    }

    private static long Length((ulong Tag, ulong Sequence)[] logs) => 1 + logs.Sum(static log => (long)Length(log));

    private static int Length((ulong Tag, ulong Sequence) log) => TagLength + VarintLength(log.Sequence);

    private static bool TryRead(ReadOnlySpan<byte> bytes, out (ulong Tag, ulong Sequence)[] logs)
    {
        logs = [];
        if (bytes.IsEmpty || bytes[0] != Version) return false;
        var read = new List<(ulong Tag, ulong Sequence)>();
        for (var rest = bytes[1..]; !rest.IsEmpty;)
        {
            if (!BinaryPrimitives.TryReadUInt64BigEndian(rest, out var tag) || !TryReadVarint(rest[TagLength..], out var sequence, out var length)) return false;
            if (sequence == 0 || (read.Count > 0 && tag <= read[^1].Tag)) return false;
            read.Add((tag, sequence));
            rest = rest[(TagLength + length)..];
        }

        logs = [.. read];
        return true;
    }

    private string Encode()
    {
        Span<byte> bytes = stackalloc byte[LengthMax];
        bytes[0] = Version;
        var length = 1;
        foreach (var (tag, sequence) in _logs)
        {
            BinaryPrimitives.WriteUInt64BigEndian(bytes[length..], tag);
            length += TagLength;
            for (var left = sequence; ; left >>= 7)
            {
                bytes[length++] = (byte)(left < 0x80 ? left : left | 0x80);
                if (left < 0x80) break;
            }
        }

        return Base64Url.EncodeToString(bytes[..length]);
    }

    private static bool TryReadVarint(ReadOnlySpan<byte> bytes, out ulong value, out int length)
    {
        (value, length) = (0, 0);
        while (length < bytes.Length && length < VarintLengthMax)
        {
            var part = bytes[length];
            value |= (ulong)(part & 0x7f) << (7 * length++);
            if (part < 0x80) return true;
        }

        return false;
    }

    private static int VarintLength(ulong value) => (63 - System.Numerics.BitOperations.LeadingZeroCount(value | 1)) / 7 + 1;
}
