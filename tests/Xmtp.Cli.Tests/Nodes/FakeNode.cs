using System.Net;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Google.Protobuf;
using Grpc.Core;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.AspNetCore.Server.Kestrel.Https;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Xmtp.Node.Core.Keys;
using Xmtp.Protocol.Network.V1;

namespace Xmtp.Cli.Tests.Nodes;

/// <summary>A node that says what a test wants: a port for clients, and one for nodes with the certificate of its key.</summary>
internal sealed class FakeNode : IAsyncDisposable
{
    private readonly WebApplication _app;
    private readonly X509Certificate2 _certificate;
    private readonly TaskCompletionSource _gone = new();
    private int _headsAsked;

    private FakeNode(NodeKey key, NodeKey presented)
    {
        Key = key;
        _certificate = CertificateOf(presented);
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseKestrel(kestrel =>
        {
            kestrel.Listen(IPAddress.Loopback, 0, static listen => listen.Protocols = HttpProtocols.Http2);
            kestrel.Listen(IPAddress.Loopback, 0, listen =>
            {
                listen.Protocols = HttpProtocols.Http2;
                listen.UseHttps(https =>
                {
                    https.ServerCertificate = _certificate;
                    https.ClientCertificateMode = ClientCertificateMode.RequireCertificate;
                    https.ClientCertificateValidation = static (_, _, _) => true;
                });
            });
        });
        builder.Services.AddGrpc();
        builder.Services.AddSingleton(this);
        _app = builder.Build();
        _app.MapGrpcService<BootstrapScript>();
        _app.MapGrpcService<ReplicationScript>();
    }

    public NodeKey Key { get; }

    public string Name => Key.Id.ToShortString();

    public Uri ClientPort { get; private set; } = null!;

    public string NodePort { get; private set; } = "";

    public string Network { get; set; } = "fake-net";

    /// <summary>The record it shows of itself, before it is signed.</summary>
    public NodeRecord Record { get; private set; } = null!;

    /// <summary>Others that it shows.</summary>
    public List<PeerStatus> Peers { get; } = [];

    /// <summary>What it says that it holds; given how often it was asked before.</summary>
    public Func<int, IEnumerable<LogState>> Logs { get; set; } = static _ => [];

    /// <summary>What it sends of a log; nothing when it is not here.</summary>
    public Dictionary<Node.Core.Log.Hash256, Func<ulong, IEnumerable<Entries>>> Ranges { get; } = [];

    /// <summary>Changes that it tells those who watch.</summary>
    public List<PeerChange> Changes { get; } = [];

    /// <summary>Whether it takes questions and never answers.</summary>
    public bool IsSilent { get; set; }

    /// <summary>Whether it knows nothing of networks, as an older version.</summary>
    public bool IsOld { get; set; }

    public static async Task<FakeNode> StartAsync(NodeKey? key = null, NodeKey? presented = null)
    {
        key ??= NodeKey.Generate();
        var node = new FakeNode(key, presented ?? key);
        await node._app.StartAsync(TestContext.Current.CancellationToken);
        var ports = node._app.Urls.Select(static url => new Uri(url)).ToList();
        node.ClientPort = ports.Single(static url => url.Scheme == "http");
        node.NodePort = ports.Single(static url => url.Scheme == "https").Authority;
        var now = TimeProvider.System.GetUtcNow();
        node.Record = new NodeRecord
        {
            Network = "fake-net", PublicKey = ByteString.CopyFrom(key.Public.Bytes.Span), NodeEndpoint = node.NodePort, GrpcEndpoint = node.ClientPort.OriginalString,
            Software = "fake/1", Region = "here", ProtocolMin = 1, ProtocolMax = 1, Counter = 3,
            IssuedNs = now.AddMinutes(-2).ToUnixTimeMilliseconds() * 1_000_000, ExpiresNs = now.AddHours(23).ToUnixTimeMilliseconds() * 1_000_000,
        };
        return node;
    }

    /// <summary>Its record as another node would show it.</summary>
    public PeerStatus Status(LinkState link, NodeKey? signer = null) => new()
    {
        Record = Sign(Record, signer ?? Key), Link = link, LastSeenNs = link == LinkState.Self ? 0 : TimeProvider.System.GetUtcNow().ToUnixTimeMilliseconds() * 1_000_000,
    };

    public static SignedRecord Sign(NodeRecord record, NodeKey key)
    {
        var bytes = record.ToByteArray();
        var signature = new byte[NodePublicKey.SignatureLength];
        key.Sign([.. "xmtp.node.network/record/1"u8, .. bytes], signature);
        return new SignedRecord { Record = ByteString.CopyFrom(bytes), Signature = ByteString.CopyFrom(signature) };
    }

    /// <summary>Makes it hold a log, or so much of it.</summary>
    public void Hold(FakeLog log, ulong? watermark = null, bool isFrozen = false)
    {
        var before = Logs;
        Logs = asked => before(asked).Append(log.State(watermark, isFrozen));
        Ranges[log.Hash] = from => log.Frames(from, watermark);
    }

    public Task StopAsync() => _app.StopAsync(new CancellationToken(canceled: true));

    public async ValueTask DisposeAsync()
    {
        _gone.TrySetResult();
        await _app.DisposeAsync();
        _certificate.Dispose();
    }

    private static X509Certificate2 CertificateOf(NodeKey key)
    {
        using var ecdsa = ECDsa.Create();
        ecdsa.ImportPkcs8PrivateKey(key.ExportPkcs8(), out _);
        var now = TimeProvider.System.GetUtcNow();
        return new CertificateRequest("CN=fake", ecdsa, HashAlgorithmName.SHA256).CreateSelfSigned(now.AddDays(-1), now.AddDays(1));
    }

    private Task MaybeAsync()
    {
        if (IsOld) throw new RpcException(new Status(StatusCode.Unimplemented, "Service is unimplemented."));
        return IsSilent ? _gone.Task : Task.CompletedTask;
    }

    private sealed class BootstrapScript(FakeNode node) : Bootstrap.BootstrapBase
    {
        public override async Task<GetPeersResponse> GetPeers(GetPeersRequest request, ServerCallContext context)
        {
            await node.MaybeAsync();
            return new GetPeersResponse { Network = node.Network, Peers = { node.Peers.Prepend(node.Status(LinkState.Self)) } };
        }

        public override async Task<GetHeadsResponse> GetHeads(GetHeadsRequest request, ServerCallContext context)
        {
            await node.MaybeAsync();
            return new GetHeadsResponse { Logs = { node.Logs(Interlocked.Increment(ref node._headsAsked) - 1) } };
        }

        public override async Task WatchPeers(WatchPeersRequest request, IServerStreamWriter<PeerChange> responseStream, ServerCallContext context)
        {
            foreach (var change in node.Changes) await responseStream.WriteAsync(change);
        }
    }

    private sealed class ReplicationScript(FakeNode node) : Replication.ReplicationBase
    {
        public override async Task ReadRange(ReadRangeRequest request, IServerStreamWriter<Entries> responseStream, ServerCallContext context)
        {
            Assert.NotNull(context.GetHttpContext().Connection.ClientCertificate);
            if (!node.Ranges.TryGetValue(new Node.Core.Log.Hash256(request.Log.Span), out var frames)) return;
            foreach (var frame in frames(request.From)) await responseStream.WriteAsync(frame);
        }
    }
}
