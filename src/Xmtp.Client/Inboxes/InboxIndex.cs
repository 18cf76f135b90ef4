using System.Buffers.Binary;
using System.Diagnostics.CodeAnalysis;
using Xmtp.Client.Conversations;

namespace Xmtp.Client.Inboxes;

/// <summary>The conversations that are in the store, in memory. Safe for concurrent use.</summary>
internal sealed class InboxIndex
{
    private readonly Lock _gate = new();
    private readonly Dictionary<Conversation, InboxEntry> _byConversation = [];
    private readonly Dictionary<UInt128, InboxEntry> _byName = [];

    /// <summary>All of them, in no order.</summary>
    public InboxEntry[] All
    {
        get
        {
            lock (_gate) return [.. _byConversation.Values];
        }
    }

    /// <summary>The ordinal of the one that was found last; 0 when there is none.</summary>
    public ulong LastOrdinal { get; private set; }

    /// <summary>Makes room for so many.</summary>
    public void Reserve(int count)
    {
        lock (_gate)
        {
            _byConversation.EnsureCapacity(count);
            _byName.EnsureCapacity(count);
        }
    }

    public void Add(InboxEntry entry)
    {
        lock (_gate)
        {
            _byConversation[entry.Conversation] = entry;
            _byName[Number(entry.Name)] = entry;
            LastOrdinal = Math.Max(LastOrdinal, entry.Ordinal);
        }
    }

    public bool TryGet(Conversation conversation, [NotNullWhen(true)] out InboxEntry? entry)
    {
        lock (_gate) return _byConversation.TryGetValue(conversation, out entry);
    }

    public InboxEntry? Find(ReadOnlySpan<byte> name)
    {
        lock (_gate) return _byName.GetValueOrDefault(Number(name));
    }

    /// <summary>A name as a key of dictionaries.</summary>
    public static UInt128 Number(ReadOnlySpan<byte> name) => BinaryPrimitives.ReadUInt128BigEndian(name);
}
