using Xmtp.Node.Core.Log;
using Xmtp.Protocol.Network.V1;

namespace Xmtp.Node.Core.Replication;

/// <summary>
/// Sends logs to those who follow them here. A follower is a cursor and a window: what is next is read when the follower has room
/// for it, from the memory of the last frames or from the store. So a slow follower holds nothing but its cursor, and
/// nobody else waits for it.
/// </summary>
internal sealed class LogSender(ReplicationContext context, EntriesReader reader)
{
    // Frames that several followers take one after the other; more than the newest of a few logs is not asked for.
    private const int RecentMax = 16;

    private readonly Queue<(Hash256 Log, ulong From)> _recentOrder = new();
    private readonly Dictionary<(Hash256 Log, ulong From), EntriesFrame> _recent = [];

    /// <summary>A node wants a log from a number on.</summary>
    public async ValueTask FollowAsync(PeerState peer, Follow follow)
    {
        var hash = follow.Log.Length == Hash256.Length ? new Hash256(follow.Log.Span) : default;
        if (context.Logs.Find(hash) is not { } log || follow.From == 0)
        {
            context.Actions.Send(peer.Node, new Frame { NotHave = new NotHave { Log = follow.Log } });
            return;
        }

        // From beyond the end is fine: an originator that comes back with less fetches the rest from its followers first.
        if (log.IsFrozen)
        {
            context.Actions.Send(peer.Node, new Frame { NotHave = new NotHave { Log = follow.Log, Watermark = log.End.Sequence } });
            return;
        }

        peer.Sending[hash] = new SendCursor(log, follow.From);
        await PumpAsync(peer).ConfigureAwait(false);
    }

    public static void Unfollow(PeerState peer, Unfollow unfollow)
    {
        if (unfollow.Log.Length == Hash256.Length) peer.Sending.Remove(new Hash256(unfollow.Log.Span));
    }

    /// <summary>A node takes more.</summary>
    public ValueTask CreditAsync(PeerState peer, Credit credit)
    {
        // No correct node grants more than a window in all.
        peer.SendWindow = Math.Min(peer.SendWindow + (long)Math.Min(credit.Bytes, ReplicationLimits.WindowBytes), ReplicationLimits.WindowBytes);
        return PumpAsync(peer);
    }

    /// <summary>A log has grown.</summary>
    public async ValueTask AdvancedAsync(Hash256 log)
    {
        foreach (var peer in context.Peers.Values)
            if (peer.Sending.ContainsKey(log)) await PumpAsync(peer).ConfigureAwait(false);
    }

    /// <summary>Sends what a node follows and has room for, the logs in turn.</summary>
    private async ValueTask PumpAsync(PeerState peer)
    {
        for (var sent = true; sent && peer.SendWindow > 0;)
        {
            sent = false;
            foreach (var (hash, cursor) in peer.Sending)
            {
                if (peer.SendWindow <= 0) break;
                if (cursor.Next > cursor.Log.End.Sequence || cursor.Log.IsFrozen) continue;
                if (await ReadAsync(hash, cursor).ConfigureAwait(false) is not { } frame) continue;
                context.Actions.Send(peer.Node, new Frame { Entries = frame.Entries });
                context.Metrics.Sent.Add(frame.Entries.Entries_.Count);
                context.Metrics.SentBytes.Add(frame.Bytes);
                peer.SendWindow -= frame.Bytes;
                cursor.Next = frame.Last + 1;
                sent = true;
            }
        }
    }

    private async ValueTask<EntriesFrame?> ReadAsync(Hash256 hash, SendCursor cursor)
    {
        if (_recent.TryGetValue((hash, cursor.Next), out var known) && known.Last <= cursor.Log.End.Sequence) return known;
        EntriesFrame? frame;
        try
        {
            frame = await reader.ReadAsync(cursor.Log, cursor.Next).ConfigureAwait(false);
        }
        catch (Exception e) when (e is not OutOfMemoryException)
        {
            // The scrubber looks after damage; a follower that gets nothing asks another holder.
            context.Logger.ReadFailed(cursor.Log.Name, cursor.Next, e);
            return null;
        }

        if (frame is not null) Remember((hash, cursor.Next), frame);
        return frame;
    }

    private void Remember((Hash256 Log, ulong From) key, EntriesFrame frame)
    {
        // One follower asks for a short frame when the log has just grown, the next one, later, for a longer one from the same number.
        if (!_recent.ContainsKey(key)) _recentOrder.Enqueue(key);
        _recent[key] = frame;
        if (_recentOrder.Count > RecentMax) _recent.Remove(_recentOrder.Dequeue());
    }
}
