using Google.Protobuf;
using Microsoft.Extensions.Logging.Abstractions;
using Xmtp.Node.Core.Keys;
using Xmtp.Node.Core.Network;
using Xmtp.Node.Core.Storage;
using Xmtp.Protocol.MessageApi.V1;
using Xmtp.Protocol.Network.V1;

namespace Xmtp.Node.Core.Tests.Network;

/// <summary>A node without ports: messages and network over a <see cref="MemoryWire"/>.</summary>
internal sealed class MemoryNode : IAsyncDisposable
{
    private readonly MemoryWire _wire;
    private readonly string _address;

    private MemoryNode(MemoryWire wire, string address, NodeKey key, MessageService messages, NetworkService network) =>
        (_wire, _address, Key, Messages, Network) = (wire, address, key, messages, network);

    public NodeKey Key { get; }

    public MessageService Messages { get; }

    public NetworkService Network { get; }

    public static async Task<MemoryNode> StartAsync(
        MemoryWire wire, string address, NodeKey? key = null, IEnvelopeStore? store = null, MemoryPeerStore? peers = null, params string[] bootstrap)
    {
        key ??= NodeKey.Generate();
        var messages = await MessageService.OpenAsync(store ?? new InMemoryEnvelopeStore(), key, new MessageServiceOptions { AwaitPeers = true });
        var network = await NetworkService.StartAsync(
            messages,
            new NetworkOptions { NodeEndpoint = address, Bootstrap = bootstrap, Quotas = false, RollbackGuardPatience = TimeSpan.FromSeconds(2) },
            new NetworkSurroundings { Key = key, Transport = wire.TransportOf(key.Public), Peers = peers ?? new MemoryPeerStore(), Authentication = false, Loggers = NullLoggerFactory.Instance });
        wire.Listen(address, network, key.Public);
        return new MemoryNode(wire, address, key, messages, network);
    }

    public ValueTask<int> PublishAsync(string topic, ulong timeNs, string message, int peers = 0) => Messages.PublishAsync(
        [new Envelope { ContentTopic = topic, TimestampNs = timeNs, Message = ByteString.CopyFromUtf8(message) }],
        new PublishTerms(Peers: peers, PeersPatience: TimeSpan.FromSeconds(10)));

    public async Task<string[]> ReadAsync(string topic)
    {
        var response = await Messages.QueryAsync(new QueryRequest { ContentTopics = { topic }, PagingInfo = new PagingInfo { Direction = SortDirection.Ascending, Limit = 100 } });
        return [.. response.Envelopes.Select(static envelope => envelope.Message.ToStringUtf8())];
    }

    public int Links => Network.GetPeers().Peers.Count(static peer => peer.Link == LinkState.Connected);

    public async ValueTask DisposeAsync()
    {
        _wire.CutOff(_address);
        await Network.DisposeAsync();
        await Messages.DisposeAsync();
    }
}
