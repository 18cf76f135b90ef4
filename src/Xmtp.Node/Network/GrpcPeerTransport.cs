using System.Runtime.CompilerServices;
using System.Security.Cryptography.X509Certificates;
using Grpc.Core;
using Xmtp.Node.Core.Keys;
using Xmtp.Node.Core.Network;
using Xmtp.Protocol.Network.V1;

namespace Xmtp.Node.Network;

/// <summary>Reaches other nodes by gRPC over TLS. Each stream has a connection of its own: what is slow on one delays no other.</summary>
internal sealed class GrpcPeerTransport(NodeKey key, TimeProvider time) : IPeerTransport
{
    // Beyond connecting: a node that takes the connection must also take the call.
    private static readonly TimeSpan s_answerPatience = TimeSpan.FromSeconds(5);

    private readonly X509Certificate2 _certificate = NodeCertificate.Create(key);

    /// <inheritdoc/>
    public async Task<IPeerConnection> DialAsync(string address, NodeId? expected, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(address);
        var channel = new PeerChannel(address, expected, _certificate);
        AsyncDuplexStreamingCall<Frame, Frame>? call = null;
        try
        {
            call = channel.Invoker.AsyncDuplexStreamingCall(NetworkMethods.Replicate, null, default);
            await call.ResponseHeadersAsync.WaitAsync(NodeTls.Patience + s_answerPatience, time, cancellationToken).ConfigureAwait(false);
            if (channel.RemoteKey is null) throw new IOException($"{address} did not say who it is");
            return new DialledPeerConnection(channel, call, time);
        }
        catch (Exception e)
        {
            call?.Dispose();
            channel.Dispose();
            cancellationToken.ThrowIfCancellationRequested();
            if (e is TimeoutException) throw new IOException($"{address} does not answer", e);
            if (PeerFailure.IsOne(e)) throw channel.Failure(e);
            throw;
        }
    }

    /// <inheritdoc/>
    public async IAsyncEnumerable<Entries> ReadRangeAsync(
        string address, NodeId expected, ReadRangeRequest request, [EnumeratorCancellation] CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(address);
        using var channel = new PeerChannel(address, expected, _certificate);
        using var call = channel.Invoker.AsyncServerStreamingCall(NetworkMethods.ReadRange, null, new CallOptions(cancellationToken: cancellationToken), request);
        while (await MoveNextAsync(channel, call.ResponseStream, cancellationToken).ConfigureAwait(false)) yield return call.ResponseStream.Current;
    }

    /// <inheritdoc/>
    public ValueTask DisposeAsync()
    {
        _certificate.Dispose();
        return ValueTask.CompletedTask;
    }

    private static async Task<bool> MoveNextAsync(PeerChannel channel, IAsyncStreamReader<Entries> entries, CancellationToken cancellationToken)
    {
        try
        {
            return await entries.MoveNext(cancellationToken).ConfigureAwait(false);
        }
        catch (Exception e) when (PeerFailure.IsOne(e))
        {
            cancellationToken.ThrowIfCancellationRequested();
            throw channel.Failure(e);
        }
    }
}
