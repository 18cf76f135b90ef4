using Xmtp.Client.Messages;

namespace Xmtp.Client.Streams;

/// <summary>The latest message ids, up to a capacity, so that repeats are told at a bounded cost. Not safe for concurrent use.</summary>
internal sealed class SeenMessages(int capacity)
{
    private readonly HashSet<MessageId> _ids = [];
    private readonly Queue<MessageId> _oldestFirst = [];

    public bool Contains(MessageId id) => _ids.Contains(id);

    /// <summary>False when it is there already.</summary>
    public bool Add(MessageId id)
    {
        if (!_ids.Add(id)) return false;
        _oldestFirst.Enqueue(id);
        if (_oldestFirst.Count > capacity) _ids.Remove(_oldestFirst.Dequeue());
        return true;
    }
}
