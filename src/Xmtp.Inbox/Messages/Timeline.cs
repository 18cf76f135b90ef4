using Xmtp.Client;
using Xmtp.Client.Conversations;
using Xmtp.Client.Inboxes;
using Xmtp.Client.Messages;
using Xmtp.ContentTypes;

namespace Xmtp.Inbox.Messages;

/// <summary>
/// The messages of one conversation, as far as they were read from the store, and the window of them that is on the screen. However long
/// a conversation is, the page holds a window's worth of elements.
/// </summary>
public sealed class Timeline(XmtpClient client, Conversation conversation)
{
    private const int PageSize = 80;
    private const int WindowMax = 160;
    private const int Step = 20;

    private readonly List<TimelineItem> _items = [];
    private readonly Dictionary<string, TimelineItem> _byId = [];
    private readonly Dictionary<string, List<(InboxMessage Message, Reaction Reaction)>> _early = [];
    private readonly HashSet<MessageId> _known = [];
    private Task _loading = Task.CompletedTask;
    private DateTimeOffset? _oldest;
    private ulong _selfReceiptNs;
    private ulong _lastOfPeerNs;
    private int _start;
    private int _end;

    public Conversation Conversation => conversation;

    /// <summary>What is on the screen, the oldest first.</summary>
    public IEnumerable<TimelineItem> Window => _items.Take(_start.._end);

    /// <summary>Whether the store has more than was read; false until the first page is here.</summary>
    public bool HasOlder { get; private set; }

    /// <summary>Whether there is something before the window.</summary>
    public bool HasOlderThanWindow => _start > 0 || HasOlder;

    /// <summary>Whether there is something after the window.</summary>
    public bool HasNewerThanWindow => _end < _items.Count;

    /// <summary>When the peer last said that all was read, in nanoseconds since 1970; 0 for never.</summary>
    public ulong PeerReadNs { get; private set; }

    /// <summary>What this conversation's last own message is, at which receipts are shown.</summary>
    public TimelineItem? LastOwn { get; private set; }

    public TimelineItem? Find(string id) => _byId.GetValueOrDefault(id);

    /// <summary>Reads the newest page.</summary>
    public async Task LoadAsync()
    {
        await LoadOlderAsync();
        (_start, _end) = (Math.Max(0, _items.Count - WindowMax), _items.Count);
    }

    /// <summary>Whether the peer wrote something after this account's last receipt; true once, since the next receipt is under way then.</summary>
    public bool TakeReceiptDue()
    {
        if (_lastOfPeerNs <= _selfReceiptNs) return false;
        _selfReceiptNs = _lastOfPeerNs;
        return true;
    }

    /// <summary>Moves the window, reading more from the store where that is needed.</summary>
    /// <returns>Whether anything moved.</returns>
    public async Task<bool> ExtendAsync(bool toOlder)
    {
        if (!toOlder)
        {
            if (!HasNewerThanWindow) return false;
            _end = Math.Min(_items.Count, _end + Step);
            _start = Math.Max(_start, _end - WindowMax);
            return true;
        }

        if (_start == 0 && HasOlder) await LoadOlderAsync();
        if (_start == 0) return false;
        _start = Math.Max(0, _start - Step);
        _end = Math.Min(_end, _start + WindowMax);
        return true;
    }

    /// <summary>Moves the window to the newest messages.</summary>
    public void ToEnd() => (_start, _end) = (Math.Max(0, _items.Count - WindowMax), _items.Count);

    /// <summary>Moves the window so that a message is in it, reading from the store down to it.</summary>
    /// <returns>False when the conversation has no such message.</returns>
    public async Task<bool> ShowAsync(string id)
    {
        if (!MessageId.TryParse(id, null, out var wanted) || await client.Inbox.FindMessageAsync(wanted) is not { } found || found.Message.Conversation != conversation) return false;
        while (!_byId.ContainsKey(id) && HasOlder) await LoadOlderAsync();
        var index = _items.FindIndex(item => item.Id == wanted);
        if (index < 0) return false;
        _start = Math.Max(0, index - (WindowMax / 2));
        _end = Math.Min(_items.Count, _start + WindowMax);
        return true;
    }

    /// <summary>Takes a message that came, or that was sent from here.</summary>
    public void Add(InboxMessage message)
    {
        var wasAtEnd = _end == _items.Count;
        if (!Take(message, isOlder: false) || !wasAtEnd) return;
        _end = _items.Count;
        _start = Math.Max(_start, _end - WindowMax);
    }

    /// <summary>What became of a message that was sent from here.</summary>
    public void Replace(InboxMessage message)
    {
        if (_byId.TryGetValue(message.Message.Id.ToString(), out var item)) item.Replace(message);
        else Add(message);
    }

    /// <summary>A refused message was discarded.</summary>
    public void Remove(TimelineItem item)
    {
        var index = _items.IndexOf(item);
        if (index < 0) return;
        _items.RemoveAt(index);
        _byId.Remove(item.Id.ToString());
        if (LastOwn == item) LastOwn = _items.FindLast(static other => other.Message.Message.IsFromSelf);
        if (index < _start) _start--;
        if (index < _end) _end--;
    }

    // One page after the other, whoever asks.
    private Task LoadOlderAsync() => _loading = ReadOlderAsync(_loading);

    private async Task ReadOlderAsync(Task before)
    {
        await before.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing | ConfigureAwaitOptions.ContinueOnCapturedContext);

        // Pages of nothing that is shown, such as receipts, are gone over. Each ends where the one before began, with that moment once
        // more: several messages may share it, and a page of nothing but that moment is asked for again, longer.
        var known = _items.Count;
        for (var limit = PageSize; ;)
        {
            var (got, isNew) = (0, false);
            await foreach (var message in client.Inbox.ReadMessagesAsync(conversation, new ListMessagesOptions { NewestFirst = true, Limit = limit, End = _oldest }))
            {
                got++;
                if (_oldest is null || message.Message.Sent < _oldest) _oldest = message.Message.Sent;
                isNew |= Take(message, isOlder: true);
            }

            HasOlder = got == limit;
            if (!HasOlder || _items.Count > known) return;
            if (!isNew) limit *= 2;
        }
    }

    /// <returns>Whether it was not known yet.</returns>
    private bool Take(InboxMessage message, bool isOlder)
    {
        if (!_known.Add(message.Message.Id)) return false;
        switch (message.Message.Content)
        {
            case Reaction reaction:
                if (_byId.TryGetValue(reaction.Reference, out var item)) item.Apply(message, reaction);
                else Early(reaction.Reference).Add((message, reaction));
                break;
            case ReadReceipt when message.Message.IsFromSelf:
                _selfReceiptNs = Math.Max(_selfReceiptNs, message.Message.SentNs);
                break;
            case ReadReceipt:
                PeerReadNs = Math.Max(PeerReadNs, message.Message.SentNs);
                break;
            default:
                Insert(new TimelineItem(message), isOlder);
                break;
        }

        return true;
    }

    // What is read from the store comes before the window, which stays where it is; what arrives late comes into it.
    private void Insert(TimelineItem item, bool isOlder)
    {
        var index = PlaceOf(item.SentNs);
        _items.Insert(index, item);
        if (!item.Message.Message.IsFromSelf) _lastOfPeerNs = Math.Max(_lastOfPeerNs, item.SentNs);
        else if (LastOwn is null || LastOwn.SentNs <= item.SentNs) LastOwn = item;
        if (index < _start || (isOlder && index == _start)) (_start, _end) = (_start + 1, _end + 1);
        else if (index < _end) _end++;
        var id = item.Id.ToString();
        _byId[id] = item;
        if (!_early.Remove(id, out var reactions)) return;
        foreach (var (message, reaction) in reactions) item.Apply(message, reaction);
    }

    /// <summary>After all that was sent at the same time or before.</summary>
    private int PlaceOf(ulong sentNs)
    {
        var (low, high) = (0, _items.Count);
        while (low < high)
        {
            var middle = (low + high) / 2;
            if (_items[middle].SentNs <= sentNs) low = middle + 1;
            else high = middle;
        }

        return low;
    }

    // Reactions to messages that are further back than what was read.
    private List<(InboxMessage Message, Reaction Reaction)> Early(string id)
    {
        if (!_early.TryGetValue(id, out var list)) _early[id] = list = [];
        return list;
    }
}
