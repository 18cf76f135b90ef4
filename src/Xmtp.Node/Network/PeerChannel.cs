using System.Net;
using System.Net.Sockets;
using System.Security.Cryptography.X509Certificates;
using Grpc.Core;
using Grpc.Net.Client;
using Xmtp.Node.Calls;
using Xmtp.Node.Core.Keys;
using Xmtp.Node.Core.Replication;

namespace Xmtp.Node.Network;

/// <summary>One connection to another node, made for one call.</summary>
internal sealed class PeerChannel : IDisposable
{
    // What may be on its way: a long fat link carries window / round trip, 27 MB/s at 150 ms.
    private const int StreamWindowBytes = 4 << 20;
    private static readonly TimeSpan s_pingDelay = TimeSpan.FromSeconds(15);
    private static readonly TimeSpan s_pingPatience = TimeSpan.FromSeconds(10);

    private readonly string _address;
    private readonly NodeId? _expected;
    private readonly GrpcChannel _channel;
    private NodeId? _refused;

    /// <param name="address"><c>host:port</c>.</param>
    /// <param name="expected">Who must answer; null for anyone with a key.</param>
    /// <param name="certificate">This node's.</param>
    public PeerChannel(string address, NodeId? expected, X509Certificate2 certificate)
    {
        (_address, _expected) = (address, expected);
        if (!Uri.TryCreate($"https://{address}", UriKind.Absolute, out var uri) || uri.PathAndQuery != "/") throw new IOException($"{address} is no host:port");
        var handler = new SocketsHttpHandler
        {
            SslOptions = NodeTls.Client(certificate, Accept),
            ConnectCallback = ConnectAsync,
            ConnectTimeout = NodeTls.Patience,
            InitialHttp2StreamWindowSize = StreamWindowBytes,
            KeepAlivePingDelay = s_pingDelay,
            KeepAlivePingTimeout = s_pingPatience,
            PooledConnectionIdleTimeout = Timeout.InfiniteTimeSpan,
            UseProxy = false,
            UseCookies = false,
            AllowAutoRedirect = false,
            ActivityHeadersPropagator = null,
        };
        _channel = GrpcChannel.ForAddress(uri, new GrpcChannelOptions
        {
            HttpHandler = handler,
            DisposeHttpClient = true,
            MaxReceiveMessageSize = ReplicationLimits.FrameLengthMaxBytes,
            MaxSendMessageSize = ReplicationLimits.FrameLengthMaxBytes,
            // None, not even the usual ones: they unpack without bound.
            CompressionProviders = [],
        });
        Invoker = _channel.CreateCallInvoker();
    }

    /// <summary>Makes the call.</summary>
    public CallInvoker Invoker { get; }

    /// <summary>Who answered; null before the connection stands.</summary>
    public NodePublicKey? RemoteKey { get; private set; }

    /// <summary>Where that is.</summary>
    public string? RemoteAddress { get; private set; }

    /// <summary>The failure to throw when the connection did not come about.</summary>
    public IOException Failure(Exception exception) => _refused is { } other
        ? new IOException($"another node answers at {_address}: {other.ToShortString()} instead of {_expected?.ToShortString()}", exception)
        : PeerFailure.ToIOException(exception);

    public void Dispose() => _channel.Dispose();

    private bool Accept(X509Certificate? certificate)
    {
        if (!NodeCertificate.TryReadKey(certificate, out var key)) return false;
        if (_expected is { } expected && key.Id != expected)
        {
            _refused = key.Id;
            return false;
        }

        RemoteKey = key;
        return true;
    }

    private async ValueTask<Stream> ConnectAsync(SocketsHttpConnectionContext context, CancellationToken cancellationToken)
    {
        var socket = new Socket(SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        try
        {
            await socket.ConnectAsync(context.DnsEndPoint, cancellationToken).ConfigureAwait(false);
            RemoteAddress = ClientAddress.Format((IPEndPoint)socket.RemoteEndPoint!);
            return new NetworkStream(socket, ownsSocket: true);
        }
        catch
        {
            socket.Dispose();
            throw;
        }
    }
}
