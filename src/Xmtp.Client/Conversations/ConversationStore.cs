using Xmtp.Client.Messages;
using Xmtp.Cryptography;
using Xmtp.Protocol.Topics;

namespace Xmtp.Client.Conversations;

/// <summary>
/// The conversations that this client knows. A conversation is named by its topic and its peer: whoever learns a topic can
/// send an invitation that names it, and must not push the real one out. Safe for concurrent use.
/// </summary>
internal sealed class ConversationStore
{
    private readonly Lock _gate = new();
    private readonly Dictionary<string, Conversation[]> _byTopic = new(StringComparer.Ordinal);
    private readonly Dictionary<EthereumAddress, List<Conversation>> _byPeer = [];

    /// <summary>A conversation became known. Raised outside of locks, on the thread that found it.</summary>
    public event Action<Conversation>? Added;

    /// <summary>All of them, the oldest first.</summary>
    public Conversation[] All
    {
        get
        {
            Conversation[] all;
            lock (_gate) all = [.. _byTopic.Values.SelectMany(static conversations => conversations)];

            // Beginnings of V1 conversations may move while they are sorted, so each is read once.
            var times = Array.ConvertAll(all, static conversation => (conversation.CreatedNs, conversation.Topic.Value));
            Array.Sort(times, all, Comparer<(ulong CreatedNs, string Topic)>.Create(static (left, right) =>
                left.CreatedNs != right.CreatedNs ? left.CreatedNs.CompareTo(right.CreatedNs) : string.CompareOrdinal(left.Topic, right.Topic)));
            return all;
        }
    }

    /// <summary>The conversations on a topic: one, unless somebody invited to a topic that is not theirs.</summary>
    public Conversation[] OnTopic(string topic)
    {
        lock (_gate) return _byTopic.GetValueOrDefault(topic, []);
    }

    /// <summary>The first V2 conversation with a peer and of a conversation id.</summary>
    public Conversation? FindV2(EthereumAddress peer, string? conversationId) => Find(
        peer, conversation => conversation.Version == MessageVersion.V2 && conversation.ConversationId == conversationId);

    /// <summary>The V1 conversation with a peer.</summary>
    public Conversation? FindV1(EthereumAddress peer) => Find(peer, static conversation => conversation.Version == MessageVersion.V1);

    /// <summary>The conversation on a topic with a peer; null when there is none.</summary>
    public Conversation? Find(Topic topic, EthereumAddress peer)
    {
        lock (_gate) return Array.Find(_byTopic.GetValueOrDefault(topic.Value, []), conversation => conversation.Peer == peer);
    }

    /// <summary>Adds a conversation, unless there is one on its topic with its peer.</summary>
    /// <returns>The one that is there now.</returns>
    public Conversation Add(Conversation made)
    {
        lock (_gate)
        {
            var there = _byTopic.GetValueOrDefault(made.Topic.Value, []);
            foreach (var conversation in there)
                if (conversation.Peer == made.Peer) return conversation;
            _byTopic[made.Topic.Value] = [.. there, made];
            if (!_byPeer.TryGetValue(made.Peer, out var ofPeer)) _byPeer[made.Peer] = ofPeer = new List<Conversation>(1);
            ofPeer.Add(made);
        }

        Added?.Invoke(made);
        return made;
    }

    /// <summary>Makes room for so many.</summary>
    public void Reserve(int count)
    {
        lock (_gate)
        {
            _byTopic.EnsureCapacity(count);
            _byPeer.EnsureCapacity(count);
        }
    }

    /// <summary>Clears the keys of all conversations.</summary>
    public void Close()
    {
        foreach (var conversation in All) conversation.Wire.Close();
    }

    private Conversation? Find(EthereumAddress peer, Predicate<Conversation> match)
    {
        lock (_gate)
        {
            return _byPeer.TryGetValue(peer, out var ofPeer)
                ? ofPeer.Where(conversation => match(conversation)).MinBy(static conversation => conversation.CreatedNs)
                : null;
        }
    }
}
