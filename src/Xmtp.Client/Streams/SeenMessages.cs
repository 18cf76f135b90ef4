using Xmtp.Client.Messages;

namespace Xmtp.Client.Streams;

/// <summary>
/// Message ids that were delivered, so that repeats are told: the latest, up to a capacity, and beyond it all that a node
/// may bring again which goes on from a position. Not safe for concurrent use.
/// </summary>
/// <param name="capacity">How many are kept in any case.</param>
internal sealed class SeenMessages(int capacity)
{
    private readonly HashSet<MessageId> _ids = [];
    private readonly Queue<MessageId> _oldestFirst = [];
    private long _added;
    private long _atMark = long.MaxValue;
    private long _atMarkBefore = long.MaxValue;

    public bool Contains(MessageId id) => _ids.Contains(id);

    /// <summary>False when it is there already.</summary>
    public bool Add(MessageId id)
    {
        if (!_ids.Add(id)) return false;
        _oldestFirst.Enqueue(id);
        _added++;
        Trim();
        return true;
    }

    /// <summary>
    /// A new position is in hand. What was delivered since the one before it is kept from now on, however much it is: nodes
    /// go on from the position in hand, and one of them may have another copy of an envelope a little above it.
    /// </summary>
    public void MarkPosition()
    {
        _atMarkBefore = Math.Min(_atMark, _added);
        _atMark = _added;
        Trim();
    }

    /// <summary>No position is in hand: nothing beyond the capacity can come again by one.</summary>
    public void ForgetPosition()
    {
        _atMark = _atMarkBefore = long.MaxValue;
        Trim();
    }

    private void Trim()
    {
        while (_oldestFirst.Count > capacity && _added - _oldestFirst.Count < _atMarkBefore) _ids.Remove(_oldestFirst.Dequeue());
    }
}
