using System.Collections.Concurrent;
using System.Net.Security;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Google.Protobuf;
using Grpc.Core;
using Grpc.Net.Client;
using Xmtp.Node.Core.Keys;
using Xmtp.Node.Core.Log;
using Xmtp.Node.Core.Membership;
using Xmtp.Protocol.Network.V1;
using Xmtp.TestCluster;

namespace Xmtp.Cluster.Tests.Byzantine;

/// <summary>
/// One connection of a peer that has a good key and record, and says on the real wire whatever a test wants. It answers pings, so that it
/// stays linked until what it does ends that.
/// </summary>
internal sealed class LyingPeer : IAsyncDisposable
{
    private readonly NodeKey _key;
    private readonly X509Certificate2 _certificate;
    private readonly GrpcChannel _channel;
    private readonly CancellationTokenSource _stop = new();
    private readonly SemaphoreSlim _writing = new(1, 1);
    private readonly AsyncDuplexStreamingCall<Frame, Frame> _call;
    private readonly ConcurrentQueue<Frame> _received = new();
    private Task _reading = Task.CompletedTask;

    private LyingPeer(string address, NodeKey key)
    {
        _key = key;
        using var ecdsa = ECDsa.Create();
        ecdsa.ImportPkcs8PrivateKey(key.ExportPkcs8(), out _);
        var now = TimeProvider.System.GetUtcNow();
        _certificate = new CertificateRequest("CN=liar", ecdsa, HashAlgorithmName.SHA256).CreateSelfSigned(now.AddDays(-1), now.AddDays(1));
        var handler = new SocketsHttpHandler
        {
            SslOptions = new SslClientAuthenticationOptions { ClientCertificates = [_certificate], RemoteCertificateValidationCallback = static (_, remote, _, _) => remote is not null },
        };
        _channel = GrpcChannel.ForAddress($"https://{address}", new GrpcChannelOptions { HttpHandler = handler, DisposeHttpClient = true, MaxReceiveMessageSize = null, MaxSendMessageSize = null });
        _call = new Replication.ReplicationClient(_channel).Replicate(cancellationToken: _stop.Token);
    }

    /// <summary>What came, without pings.</summary>
    public IReadOnlyCollection<Frame> Received => _received;

    /// <summary>Whether the node ended the connection.</summary>
    public bool IsOver => _reading.IsCompleted;

    /// <summary>Connects and says Hello.</summary>
    /// <param name="address">A node's network port.</param>
    /// <param name="key">Who it is.</param>
    /// <param name="reads">Whether it reads what it is sent.</param>
    public static async Task<LyingPeer> ConnectAsync(string address, NodeKey key, bool reads = true)
    {
        var peer = new LyingPeer(address, key);
        if (reads) peer._reading = Task.Run(peer.ReadAsync);
        await peer.SendAsync(peer.Hello());
        await peer.SendAsync(new Frame { Ping = new Ping { Nonce = 1 } });
        return peer;
    }

    /// <summary>Sends a frame.</summary>
    /// <returns>False when the connection is over.</returns>
    public async Task<bool> SendAsync(Frame frame)
    {
        await _writing.WaitAsync();
        try
        {
            await _call.RequestStream.WriteAsync(frame).WaitAsync(TestCluster.Processes.ClusterNode.Patience);
            return true;
        }
        catch (Exception e) when (e is RpcException or InvalidOperationException or TimeoutException or IOException)
        {
            return false;
        }
        finally
        {
            _writing.Release();
        }
    }

    /// <summary>Says that it holds a log to its end.</summary>
    public Task<bool> AnnounceAsync(ForgedLog log) => SendAsync(new Frame { Heads = new Heads { Logs = { log.State() } } });

    /// <summary>Returns when the node has sent something of a kind.</summary>
    public Task WaitForAsync(Frame.FrameOneofCase kind) =>
        Until.TrueAsync(() => Task.FromResult(_received.Any(frame => frame.FrameCase == kind)), TestedCluster.Patience, $"a frame {kind}");

    /// <summary>Returns when the node has ended the connection.</summary>
    public Task WaitForEndAsync() => Until.TrueAsync(() => Task.FromResult(IsOver), TestedCluster.Patience, "the node to cut the peer off");

    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();
        await _reading;
        _call.Dispose();
        _channel.Dispose();
        _certificate.Dispose();
        _stop.Dispose();
        _writing.Dispose();
    }

    private Frame Hello()
    {
        var nowNs = (TimeProvider.System.GetUtcNow() - DateTimeOffset.UnixEpoch).Ticks * 100;
        var record = new NodeRecord
        {
            Network = "xmtp-local", PublicKey = ByteString.CopyFrom(_key.Public.Bytes.Span), Software = "liar/1", ProtocolMin = 1, ProtocolMax = 1,
            Counter = (ulong)(nowNs / 1_000_000), IssuedNs = nowNs, ExpiresNs = nowNs + TimeSpan.FromHours(1).Ticks * 100,
        };
        return new Frame
        {
            Hello = new Hello
            {
                Network = record.Network, Record = RecordSignature.Sign(_key, record).Signed, Instance = ByteString.CopyFrom(RandomNumberGenerator.GetBytes(16)), StartedNs = nowNs,
                VectorHash = ByteString.CopyFrom(new byte[Hash256.Length]), Credit = 4 << 20,
            },
        };
    }

    private async Task ReadAsync()
    {
        try
        {
            await foreach (var frame in _call.ResponseStream.ReadAllAsync(CancellationToken.None))
            {
                if (frame.FrameCase == Frame.FrameOneofCase.Ping) await SendAsync(new Frame { Pong = new Pong { Nonce = frame.Ping.Nonce } });
                else if (frame.FrameCase == Frame.FrameOneofCase.VectorRequest) await SendAsync(new Frame { Vector = new Vector() });
                else _received.Enqueue(frame);
            }
        }
        catch (Exception e) when (e is RpcException or IOException or OperationCanceledException)
        {
            // The node ended it, or the test.
        }
    }
}
