using System.Buffers.Binary;
using Xmtp.Client.Messages;
using Xmtp.Cryptography;
using Xmtp.Protocol;
using Xmtp.Protocol.Envelopes;

namespace Xmtp.Client.Consent;

/// <summary>
/// The state that the log replays to: about each entry the last decision counts, by envelope time and, where times are
/// equal, by the node's order. Entries may be applied in any order and more than once. Safe for concurrent use.
/// </summary>
/// <param name="log">The account's log; stays the caller's to dispose.</param>
public sealed class ConsentList(ConsentLog log)
{
    // Clients that count in milliseconds must see later actions as later.
    private const ulong StepNs = UnixTime.NanosecondsPerMillisecond;

    private readonly Lock _lock = new();
    private readonly Dictionary<ConsentEntry, (ConsentState State, Place Place)> _decisions = [];
    private ulong _lastNs;

    /// <summary>Everything decided so far.</summary>
    public IReadOnlyDictionary<ConsentEntry, ConsentState> Entries
    {
        get
        {
            lock (_lock) return _decisions.ToDictionary(static decision => decision.Key, static decision => decision.Value.State);
        }
    }

    /// <summary>What was decided about an account.</summary>
    public ConsentState this[EthereumAddress address] => this[new ConsentEntry(address)];

    /// <summary>What was decided about an entry.</summary>
    public ConsentState this[ConsentEntry entry]
    {
        get
        {
            lock (_lock) return _decisions.TryGetValue(entry, out var decision) ? decision.State : ConsentState.Unknown;
        }
    }

    /// <summary>Takes one entry of the log.</summary>
    /// <param name="timestampNs">The envelope's time.</param>
    /// <param name="message">The envelope's message.</param>
    /// <returns>The entries whose state changed, or why nothing could be read.</returns>
    public Opened<ConsentEntry[]> Apply(ulong timestampNs, ReadOnlySpan<byte> message)
    {
        if (!log.Decrypt(message).TryGet(out var actions, out var reason)) return reason;
        var place = Place.Of(timestampNs, log.Topic.Value, message);
        lock (_lock)
        {
            // Only what this account wrote moves the time: a stranger's envelope must not.
            _lastNs = Math.Max(_lastNs, timestampNs);
            return actions.SelectMany(static action => action.Entries, static (action, entry) => (entry, action.State))
                .Where(decision => Decide(decision.entry, decision.State, place))
                .Select(static decision => decision.entry)
                .Distinct()
                .ToArray();
        }
    }

    /// <summary>
    /// The time for the next action: now, and strictly later than every action seen or timed before, since two actions of
    /// one time have no order that all clients agree on.
    /// </summary>
    /// <param name="clock">The clock.</param>
    /// <returns>Nanoseconds since 1970.</returns>
    public ulong NextTimeNs(TimeProvider clock)
    {
        ArgumentNullException.ThrowIfNull(clock);
        lock (_lock)
        {
            var later = Math.Min(_lastNs, Limits.TimestampMaxNs - StepNs) + StepNs;
            return _lastNs = Math.Max(UnixTime.ToNanoseconds(clock.GetUtcNow()), _lastNs == 0 ? 0 : later);
        }
    }

    /// <summary>What to save of a decision: with <see cref="Restore"/> it counts as before.</summary>
    internal (ConsentState State, ulong TimestampNs, byte[] Digest) Save(ConsentEntry entry)
    {
        lock (_lock)
        {
            var (state, place) = _decisions[entry];
            return (state, place.TimestampNs, place.Digest);
        }
    }

    /// <summary>Takes back a decision of an earlier run.</summary>
    internal void Restore(ConsentEntry entry, ConsentState state, ulong timestampNs, ReadOnlySpan<byte> digest)
    {
        lock (_lock)
        {
            _lastNs = Math.Max(_lastNs, timestampNs);
            Decide(entry, state, Place.From(timestampNs, digest));
        }
    }

    private bool Decide(ConsentEntry entry, ConsentState state, Place place)
    {
        var known = _decisions.TryGetValue(entry, out var earlier);
        if (known && place.CompareTo(earlier.Place) < 0) return false;
        _decisions[entry] = (state, place);
        return !known || earlier.State != state;
    }

    /// <summary>Where an envelope stands in its topic: by time, then by digest.</summary>
    private readonly record struct Place(ulong TimestampNs, UInt128 DigestHigh, UInt128 DigestLow) : IComparable<Place>
    {
        public static Place Of(ulong timestampNs, string topic, ReadOnlySpan<byte> message)
        {
            Span<byte> digest = stackalloc byte[EnvelopeDigest.Length];
            EnvelopeDigest.Compute(topic, message, digest);
            return From(timestampNs, digest);
        }

        public static Place From(ulong timestampNs, ReadOnlySpan<byte> digest) =>
            new(timestampNs, BinaryPrimitives.ReadUInt128BigEndian(digest), BinaryPrimitives.ReadUInt128BigEndian(digest[16..]));

        public byte[] Digest
        {
            get
            {
                var digest = new byte[EnvelopeDigest.Length];
                BinaryPrimitives.WriteUInt128BigEndian(digest, DigestHigh);
                BinaryPrimitives.WriteUInt128BigEndian(digest.AsSpan(16), DigestLow);
                return digest;
            }
        }

        public int CompareTo(Place other) =>
            (TimestampNs, DigestHigh, DigestLow).CompareTo((other.TimestampNs, other.DigestHigh, other.DigestLow));
    }
}
