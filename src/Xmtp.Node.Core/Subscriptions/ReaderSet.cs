using Xmtp.Protocol.MessageApi.V1;

namespace Xmtp.Node.Core.Subscriptions;

/// <summary>The readers of one topic, or of all. Adding and removing cost the same however many there are.</summary>
internal sealed class ReaderSet
{
    private readonly Lock _lock = new();
    private Registration[] _readers = [];
    private int _count;
    private bool _retired;

    /// <summary>Adds a reader.</summary>
    /// <returns>False when the set is retired and the caller needs a new one.</returns>
    public bool TryAdd(Registration registration)
    {
        lock (_lock)
        {
            if (_retired) return false;
            if (_count == _readers.Length) Array.Resize(ref _readers, Math.Max(1, _count * 2));
            registration.Index = _count;
            _readers[_count++] = registration;
            return true;
        }
    }

    /// <summary>Removes a reader if it is here.</summary>
    /// <param name="registration">The reader.</param>
    /// <param name="retireWhenEmpty">Whether the last removal closes the set for good.</param>
    /// <returns>True when the set is retired now and is to be forgotten.</returns>
    public bool Remove(Registration registration, bool retireWhenEmpty)
    {
        lock (_lock)
        {
            var index = registration.Index;
            if (index < 0) return false;
            registration.Index = -1;
            var last = _readers[--_count];
            _readers[_count] = null!;
            if (last != registration)
            {
                _readers[index] = last;
                last.Index = index;
            }

            if (_count > 0 && _count * 4 <= _readers.Length) Array.Resize(ref _readers, _count * 2);
            _retired = retireWhenEmpty && _count == 0;
            return _retired;
        }
    }

    /// <summary>Hands an entry to every reader to whom it is new.</summary>
    /// <param name="envelope">What they get.</param>
    /// <param name="sequence">Its number; <see cref="ulong.MaxValue"/> for one that has none because it is never stored.</param>
    /// <param name="overflowed">Gets the readers that had no room.</param>
    public void Deliver(Envelope envelope, ulong sequence, ref List<Subscription>? overflowed)
    {
        lock (_lock)
        {
            foreach (var reader in _readers.AsSpan(0, _count))
                if ((sequence > reader.Since || sequence == ulong.MaxValue) && !reader.Subscription.TryDeliver(envelope))
                    (overflowed ??= []).Add(reader.Subscription);
        }
    }
}
