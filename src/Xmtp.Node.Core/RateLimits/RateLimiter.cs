using System.Collections.Concurrent;
using System.Globalization;

namespace Xmtp.Node.Core.RateLimits;

/// <summary>
/// A token bucket per priority, client and kind of call, refilled continuously: a client that stays below its rate is never cut
/// off, however often it calls.
/// </summary>
public sealed class RateLimiter
{
    private volatile RateLimiterOptions _options;
    private readonly TimeProvider _time;
    private readonly ConcurrentDictionary<BucketKey, Bucket> _buckets = new();
    private readonly Lock _sweeping = new();
    private long _lastSweep;

    /// <summary>Makes a limiter without buckets.</summary>
    /// <param name="options">Limits; null for the defaults.</param>
    /// <param name="time">Clock; null for the system's.</param>
    public RateLimiter(RateLimiterOptions? options = null, TimeProvider? time = null)
    {
        _options = options ?? new RateLimiterOptions();
        _time = time ?? TimeProvider.System;
        _lastSweep = _time.GetTimestamp();
    }

    private readonly record struct BucketKey(string Client, RateLimitKind Kind, bool HasPriority);

    /// <summary>The limits in force. They can be replaced at any time; buckets keep what is in them, up to the new capacity.</summary>
    public RateLimiterOptions Options
    {
        get => _options;
        set
        {
            ArgumentNullException.ThrowIfNull(value);
            _options = value;
        }
    }

    /// <summary>Buckets held now.</summary>
    public int BucketCount => _buckets.Count;

    /// <summary>Draws tokens.</summary>
    /// <param name="client">Who calls: an address as text, or <c>ip_unknown</c>.</param>
    /// <param name="kind">Which bucket.</param>
    /// <param name="cost">Tokens: envelopes of a publish, queries of a batch, else 1. 0 costs nothing.</param>
    /// <param name="hasPriority">Whether the client has priority.</param>
    /// <exception cref="RateLimitExceededException">There were too few; nothing was drawn.</exception>
    public void Spend(string client, RateLimitKind kind, long cost, bool hasPriority = false)
    {
        if (TrySpend(client, kind, cost, hasPriority, out var retryAfter)) return;
        throw new RateLimitExceededException(
            string.Create(CultureInfo.InvariantCulture, $"{cost} exceeds rate limit {(hasPriority ? 'P' : 'R')}{client}{(kind == RateLimitKind.Publish ? "PUB" : "DEF")}"),
            retryAfter);
    }

    /// <summary>Draws tokens if there are enough.</summary>
    /// <param name="client">Who calls.</param>
    /// <param name="kind">Which bucket.</param>
    /// <param name="cost">Tokens.</param>
    /// <param name="hasPriority">Whether the client has priority.</param>
    /// <param name="retryAfter">When refused: the time until it would fit; null when it never will.</param>
    public bool TrySpend(string client, RateLimitKind kind, long cost, bool hasPriority, out TimeSpan? retryAfter)
    {
        ArgumentNullException.ThrowIfNull(client);
        ArgumentOutOfRangeException.ThrowIfNegative(cost);
        retryAfter = TimeSpan.Zero;
        if (cost == 0) return true;
        var limit = kind == RateLimitKind.Publish ? _options.Publish : _options.Default;
        var factor = hasPriority ? limit.PriorityFactor : 1;
        var now = _time.GetTimestamp();
        SweepWhenDue(now);
        var bucket = _buckets.GetOrAdd(new BucketKey(client, kind, hasPriority),
            static (_, state) => new Bucket(state.Capacity, state.Now), (Capacity: limit.Capacity * factor, Now: now));
        return bucket.TrySpend(cost, limit.Capacity * factor, limit.PerMinute * factor / 60, now, _time, out retryAfter);
    }

    private void SweepWhenDue(long now)
    {
        var isFull = _buckets.Count >= _options.BucketsMax;
        if (!isFull && _time.GetElapsedTime(Interlocked.Read(ref _lastSweep), now) < _options.SweepInterval) return;
        // One caller sweeps; the others need not wait for it.
        if (!_sweeping.TryEnter()) return;
        try
        {
            Interlocked.Exchange(ref _lastSweep, now);
            foreach (var (key, bucket) in _buckets)
                if (_time.GetElapsedTime(bucket.LastUsed, now) >= _options.IdleTime) _buckets.TryRemove(key, out _);
            if (_buckets.Count < _options.BucketsMax) return;
            foreach (var (key, _) in _buckets.OrderBy(static pair => pair.Value.LastUsed).Take(Math.Max(1, _options.BucketsMax / 10)).ToList())
                _buckets.TryRemove(key, out _);
        }
        finally
        {
            _sweeping.Exit();
        }
    }

    private sealed class Bucket(double capacity, long now)
    {
        /// <summary>Who waits exactly as long as it was told must not fail for the last bit of a sum.</summary>
        private const double RoundingError = 1e-6;

        private readonly Lock _lock = new();
        private double _tokens = capacity;
        private long _lastUsed = now;

        public long LastUsed => Interlocked.Read(ref _lastUsed);

        public bool TrySpend(long cost, double capacity, double perSecond, long now, TimeProvider time, out TimeSpan? retryAfter)
        {
            lock (_lock)
            {
                // Another thread may have read the clock later and come first.
                if (now > _lastUsed)
                {
                    _tokens = Math.Min(capacity, _tokens + time.GetElapsedTime(_lastUsed, now).TotalSeconds * perSecond);
                    Interlocked.Exchange(ref _lastUsed, now);
                }

                retryAfter = TimeSpan.Zero;
                if (_tokens + RoundingError >= cost)
                {
                    _tokens = Math.Max(0, _tokens - cost);
                    return true;
                }

                retryAfter = cost > capacity || perSecond <= 0 ? null : TimeSpan.FromSeconds((cost - _tokens) / perSecond);
                return false;
            }
        }
    }
}
