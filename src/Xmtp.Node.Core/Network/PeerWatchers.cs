using System.Runtime.CompilerServices;
using System.Threading.Channels;
using Xmtp.Protocol.Errors;
using Xmtp.Protocol.Network.V1;

namespace Xmtp.Node.Core.Network;

/// <summary>Who is told of nodes that come, change and go. Each watcher has a bounded buffer of its own.</summary>
internal sealed class PeerWatchers
{
    private const int BufferMax = 4096;

    private readonly Lock _lock = new();
    private readonly HashSet<Channel<PeerChange>> _watchers = [];

    public void Tell(PeerChange change)
    {
        lock (_lock)
        {
            foreach (var watcher in _watchers.Where(watcher => !watcher.Writer.TryWrite(change)).ToList())
            {
                watcher.Writer.TryComplete(new XmtpException(ErrorCatalogue.Unavailable, "The watcher fell behind. Watch again: it begins with all that is known."));
                _watchers.Remove(watcher);
            }
        }
    }

    /// <summary>All that is known, then every change.</summary>
    /// <param name="known">Called once the watcher hears of changes, so that none is missed.</param>
    /// <param name="cancellationToken">Ends it.</param>
    public async IAsyncEnumerable<PeerChange> WatchAsync(Func<GetPeersResponse> known, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        var watcher = Channel.CreateBounded<PeerChange>(new BoundedChannelOptions(BufferMax) { SingleReader = true });
        lock (_lock) _watchers.Add(watcher);
        try
        {
            var peers = known().Peers;
            for (var i = 0; i < peers.Count; i++) yield return new PeerChange { Peer = peers[i], InitialComplete = i == peers.Count - 1 };
            await foreach (var change in watcher.Reader.ReadAllAsync(cancellationToken).ConfigureAwait(false)) yield return change;
        }
        finally
        {
            lock (_lock) _watchers.Remove(watcher);
        }
    }

    public void Close()
    {
        lock (_lock)
        {
            foreach (var watcher in _watchers) watcher.Writer.TryComplete(new XmtpException(ErrorCatalogue.Unavailable, "This node is stopping."));
            _watchers.Clear();
        }
    }
}
