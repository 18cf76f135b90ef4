using System.Diagnostics.CodeAnalysis;
using System.Runtime.CompilerServices;
using System.Threading.Channels;
using Xmtp.Protocol.Errors;
using Xmtp.Protocol.MessageApi.V1;

namespace Xmtp.Node.Core.Subscriptions;

/// <summary>A live reader and its bounded buffer.</summary>
internal sealed class Subscription : ISubscription
{
    private readonly SubscriptionTable _table;
    private readonly Channel<Envelope> _buffer;
    private readonly Lock _lock = new();
    private readonly Dictionary<string, Registration>? _topics;
    private readonly ReplayQueue? _replays;
    private Registration? _all;
    private bool _ended;
    private bool _overflowed;
    private int _enumerated;

    /// <param name="table">Where it is registered.</param>
    /// <param name="capacity">Envelopes that may wait.</param>
    /// <param name="all">Whether it is for all topics.</param>
    /// <param name="replays">What its reader owes to positions; null for a reader without.</param>
    public Subscription(SubscriptionTable table, int capacity, bool all, ReplayQueue? replays = null)
    {
        (_table, Capacity, _replays) = (table, capacity, replays);
        _topics = all ? null : new Dictionary<string, Registration>(StringComparer.Ordinal);
        // The dispatcher and publishers of ephemeral envelopes write; a slow reader must not run on their threads.
        _buffer = Channel.CreateBounded<Envelope>(new BoundedChannelOptions(capacity)
        {
            FullMode = BoundedChannelFullMode.Wait,
            SingleReader = false,
            SingleWriter = false,
            AllowSynchronousContinuations = false,
        });
    }

    public int Capacity { get; }

    /// <summary>Registers for every topic that all-readers see.</summary>
    public void FollowAll()
    {
        _all = new Registration(this);
        _table.AddToAll(_all);
        if (_replays is null) Settle([_all], _table.Position);
        else _replays.Add(this, [_all], topics: null);
    }

    public void ReplaceTopics(IEnumerable<string> topics)
    {
        ArgumentNullException.ThrowIfNull(topics);
        if (_topics is null) throw new InvalidOperationException("This subscription follows all topics; make another one for single topics.");
        var wanted = new HashSet<string>(StringComparer.Ordinal);
        foreach (var topic in topics) wanted.Add(Ingest.TopicText.Normalise(topic));
        // What stands on marks is said by nodes, each to its own readers, and published by nobody.
        wanted.Remove(PositionMarks.Topic);

        bool hasRoom;
        lock (_lock)
        {
            if (_ended) return;
            // Remove, then add: entries of a removed topic that are still on their way are no longer wanted, and
            // in this order none of them can follow one of an added topic.
            foreach (var (topic, registration) in _topics)
                if (!wanted.Contains(topic) && _topics.Remove(topic)) _table.Remove(topic, registration);
            var added = new List<Registration>();
            var addedTopics = _replays is null ? null : new HashSet<string>(StringComparer.Ordinal);
            foreach (var topic in wanted)
            {
                if (_topics.ContainsKey(topic)) continue;
                var registration = new Registration(this);
                _topics.Add(topic, registration);
                _table.Add(topic, registration);
                added.Add(registration);
                addedTopics?.Add(topic);
            }

            hasRoom = _replays is null ? Settle(added, _table.Position) : _replays.Add(this, added, addedTopics!);
        }

        if (!hasRoom) _table.Drop(this);
    }

    /// <summary>What is committed from now on is live to these.</summary>
    /// <returns>True, always.</returns>
    public static bool Settle(List<Registration> added, ulong position)
    {
        foreach (var registration in added) registration.Since = position;
        return true;
    }

    public async IAsyncEnumerable<Envelope> ReadAllAsync([EnumeratorCancellation] CancellationToken cancellationToken = default)
    {
        if (Interlocked.Exchange(ref _enumerated, 1) != 0) throw new InvalidOperationException("A subscription is enumerated once.");
        try
        {
            while (await _buffer.Reader.WaitToReadAsync(cancellationToken).ConfigureAwait(false))
                while (_buffer.Reader.TryRead(out var envelope)) yield return envelope;
        }
        finally
        {
            Dispose();
        }
    }

    public bool TryRead([NotNullWhen(true)] out Envelope? envelope) => _buffer.Reader.TryRead(out envelope);

    /// <summary>Whether nothing more comes than what is buffered.</summary>
    public bool HasEnded => Volatile.Read(ref _ended);

    /// <summary>Looks at the next envelope that is there already.</summary>
    public bool TryPeek([NotNullWhen(true)] out Envelope? envelope) => _buffer.Reader.TryPeek(out envelope);

    /// <summary>Buffers an envelope that may as well be left out.</summary>
    /// <returns>Whether it is there.</returns>
    public bool Offer(Envelope envelope) => !Volatile.Read(ref _overflowed) && _buffer.Writer.TryWrite(envelope);

    /// <summary>Buffers an envelope.</summary>
    /// <returns>False when there was no room; true also after the end, when nobody wants it any more.</returns>
    public bool TryDeliver(Envelope envelope)
    {
        // Once something was left out, nothing later may follow, even if the reader makes room meanwhile.
        if (Volatile.Read(ref _overflowed)) return false;
        if (_buffer.Writer.TryWrite(envelope) || Volatile.Read(ref _ended)) return true;
        Volatile.Write(ref _overflowed, true);
        return false;
    }

    /// <summary>Ends the subscription: the reader gets what is buffered, then <paramref name="failure"/> or a normal end.</summary>
    /// <returns>False when it had ended before.</returns>
    public bool End(XmtpException? failure)
    {
        lock (_lock)
        {
            if (_ended) return false;
            _ended = true;
            _buffer.Writer.TryComplete(failure);
            if (_all is { } all) _table.RemoveFromAll(all);
            if (_topics is { } topics)
            {
                foreach (var (topic, registration) in topics) _table.Remove(topic, registration);
                topics.Clear();
            }
        }

        _table.Forget(this);
        return true;
    }

    public StreamPosition? Position => null;

    public void Dispose() => End(null);

    public ValueTask DisposeAsync()
    {
        Dispose();
        return ValueTask.CompletedTask;
    }
}
