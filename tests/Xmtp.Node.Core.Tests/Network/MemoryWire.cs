using System.Collections.Concurrent;
using System.Runtime.CompilerServices;
using System.Threading.Channels;
using Xmtp.Node.Core.Keys;
using Xmtp.Node.Core.Network;
using Xmtp.Protocol.Network.V1;

namespace Xmtp.Node.Core.Tests.Network;

/// <summary>Connects network services of one process without sockets. Addresses are names; an address can be cut off.</summary>
internal sealed class MemoryWire
{
    private readonly ConcurrentDictionary<string, (INetworkService Service, NodePublicKey Key)> _listeners = new();
    private readonly ConcurrentDictionary<MemoryConnection, bool> _open = new();

    public void Listen(string address, INetworkService service, NodePublicKey key) => _listeners[address] = (service, key);

    /// <summary>Nobody answers there any more, and all connections with it break.</summary>
    public void CutOff(string address)
    {
        if (!_listeners.TryRemove(address, out var listener)) return;
        foreach (var connection in _open.Keys.Where(connection => connection.LocalKey.Equals(listener.Key) || connection.RemoteKey.Equals(listener.Key)))
            connection.Break();
    }

    /// <summary>What one node writes to another gets lost from now on, and neither is told.</summary>
    public void Mute(NodePublicKey from, NodePublicKey to)
    {
        foreach (var connection in _open.Keys.Where(connection => connection.LocalKey.Equals(from) && connection.RemoteKey.Equals(to))) connection.IsMuted = true;
    }

    public IPeerTransport TransportOf(NodePublicKey key) => new Transport(this, key);

    private sealed class Transport(MemoryWire wire, NodePublicKey key) : IPeerTransport
    {
        public Task<IPeerConnection> DialAsync(string address, NodeId? expected, CancellationToken cancellationToken = default)
        {
            var (service, remote) = Find(address, expected);
            var (there, back) = (Channel.CreateBounded<Frame>(64), Channel.CreateBounded<Frame>(64));
            var near = new MemoryConnection(key, remote, isOutbound: true, back, there);
            var far = new MemoryConnection(remote, key, isOutbound: false, there, back);
            wire._open[near] = true;
            wire._open[far] = true;
            _ = Task.Run(() => service.ServeAsync(far, CancellationToken.None), CancellationToken.None);
            return Task.FromResult<IPeerConnection>(near);
        }

        public async IAsyncEnumerable<Entries> ReadRangeAsync(
            string address, NodeId expected, ReadRangeRequest request, [EnumeratorCancellation] CancellationToken cancellationToken = default)
        {
            var (service, _) = Find(address, expected);
            await foreach (var entries in service.ReadRangeAsync(request, key, cancellationToken)) yield return Entries.Parser.ParseFrom(Google.Protobuf.MessageExtensions.ToByteArray(entries));
        }

        public ValueTask DisposeAsync() => ValueTask.CompletedTask;

        private (INetworkService Service, NodePublicKey Key) Find(string address, NodeId? expected)
        {
            if (!wire._listeners.TryGetValue(address, out var listener)) throw new IOException($"nobody answers at {address}");
            if (expected is not null && expected != listener.Key.Id) throw new IOException($"another node answers at {address}");
            return listener;
        }
    }

    internal sealed class MemoryConnection(NodePublicKey local, NodePublicKey remote, bool isOutbound, Channel<Frame> incoming, Channel<Frame> outgoing) : IPeerConnection
    {
        public NodePublicKey LocalKey => local;

        public NodePublicKey RemoteKey => remote;

        public bool IsOutbound => isOutbound;

        public string RemoteAddress => "127.0.0.1:1";

        public bool IsMuted { get; set; }

        public void Break()
        {
            incoming.Writer.TryComplete(new IOException("broken"));
            outgoing.Writer.TryComplete(new IOException("broken"));
        }

        public async IAsyncEnumerable<Frame> ReadAllAsync([EnumeratorCancellation] CancellationToken cancellationToken = default)
        {
            await foreach (var frame in incoming.Reader.ReadAllAsync(cancellationToken)) yield return Frame.Parser.ParseFrom(Google.Protobuf.MessageExtensions.ToByteArray(frame));
        }

        public async ValueTask WriteAsync(Frame frame, CancellationToken cancellationToken = default)
        {
            if (IsMuted) return;
            try
            {
                await outgoing.Writer.WriteAsync(frame, cancellationToken);
            }
            catch (ChannelClosedException)
            {
                throw new IOException("closed");
            }
        }

        public ValueTask DisposeAsync()
        {
            incoming.Writer.TryComplete();
            outgoing.Writer.TryComplete();
            return ValueTask.CompletedTask;
        }
    }
}
