using System.Globalization;
using System.Runtime.CompilerServices;
using System.Security.Cryptography.X509Certificates;
using Grpc.Core;
using Grpc.Net.Client;
using Xmtp.Client.Transport;
using Xmtp.Node.Core.Keys;
using Xmtp.Node.Core.Replication;
using Xmtp.Node.Network;
using Xmtp.Protocol.Errors;
using Xmtp.Protocol.Network.V1;

namespace Xmtp.Cli.Nodes;

/// <summary>
/// A connection to one port of a node: to the one for clients, where whoever answers is believed for now, or to the one for nodes,
/// where only the holder of the expected key can answer. Every failure is a <see cref="NodeException"/> with a reason for people.
/// </summary>
internal sealed class NodeLink : IAsyncDisposable
{
    // Records of some ten thousand nodes, or as many logs: more than any correct node tells.
    private const int AnswerLengthMaxBytes = 16 << 20;
    private const int FrameLengthMaxBytes = ReplicationLimits.FrameLengthMaxBytes + 4096;
    private const int ReasonLengthMaxChars = 200;

    private readonly GrpcChannel _channel;
    private readonly TimeProvider _time;
    private readonly TimeSpan _patience;
    private readonly X509Certificate2? _certificate;
    private string? _refusal;

    private NodeLink(string address, Uri uri, TimeSpan patience, TimeProvider time, X509Certificate2? certificate, NodeId? expected)
    {
        (Address, _patience, _time, _certificate) = (address, patience, time, certificate);
        var handler = new SocketsHttpHandler { ConnectTimeout = patience, UseProxy = expected is null, AllowAutoRedirect = false };
        if (expected is { } node) handler.SslOptions = NodeTls.Client(certificate!, presented => IsOf(node, presented));

        _channel = GrpcChannel.ForAddress(uri, new GrpcChannelOptions
        {
            HttpHandler = handler,
            DisposeHttpClient = true,
            MaxReceiveMessageSize = expected is null ? AnswerLengthMaxBytes : Math.Max(AnswerLengthMaxBytes, FrameLengthMaxBytes),
            ThrowOperationCanceledOnCancellation = true,

            // None, not even the usual ones: they unpack without bound.
            CompressionProviders = [],
        });
    }

    /// <summary>The address as people know it.</summary>
    public string Address { get; }

    /// <summary>Connects to a port for clients.</summary>
    /// <param name="address">An http or https address.</param>
    /// <param name="patience">How long an answer may take.</param>
    /// <param name="time">The clock.</param>
    public static NodeLink ToClientPort(Uri address, TimeSpan patience, TimeProvider time) => new(address.OriginalString, address, patience, time, null, null);

    /// <summary>Connects to a port for nodes.</summary>
    /// <param name="address"><c>host:port</c>.</param>
    /// <param name="expected">Who must answer.</param>
    /// <param name="patience">How long an answer may take.</param>
    /// <param name="time">The clock.</param>
    /// <exception cref="NodeException">That is no address.</exception>
    public static NodeLink ToNodePort(string address, NodeId expected, TimeSpan patience, TimeProvider time)
    {
        if (!Uri.TryCreate($"https://{address}", UriKind.Absolute, out var uri)) throw new NodeException(ErrorCatalogue.Unavailable, $"'{address}' is no address of a node port");

        // Some key must be shown, and any will do.
        using var key = NodeKey.Generate();
        return new NodeLink(address, uri, patience, time, NodeCertificate.Create(key), expected);
    }

    /// <summary>Who the node is, and whom it knows.</summary>
    public Task<NodeAnswer<GetPeersResponse>> GetPeersAsync(CancellationToken cancellationToken) => AskAsync(
        options => new Bootstrap.BootstrapClient(_channel).GetPeersAsync(new GetPeersRequest(), options), cancellationToken);

    /// <summary>How far every log goes that it holds.</summary>
    public Task<NodeAnswer<GetHeadsResponse>> GetHeadsAsync(CancellationToken cancellationToken) => AskAsync(
        options => new Bootstrap.BootstrapClient(_channel).GetHeadsAsync(new GetHeadsRequest(), options), cancellationToken);

    /// <summary>All it knows, then every change, without a limit of time.</summary>
    public async IAsyncEnumerable<PeerChange> WatchPeersAsync([EnumeratorCancellation] CancellationToken cancellationToken)
    {
        using var call = new Bootstrap.BootstrapClient(_channel).WatchPeers(new WatchPeersRequest(), cancellationToken: cancellationToken);
        while (await GuardAsync(call.ResponseStream.MoveNext(cancellationToken), cancellationToken)) yield return call.ResponseStream.Current;
    }

    /// <summary>A log's entries as the node holds them, unchecked. Only the port for nodes has them. Every frame has its limit of time.</summary>
    public async IAsyncEnumerable<Entries> ReadRangeAsync(ReadRangeRequest request, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        using var call = new Replication.ReplicationClient(_channel).ReadRange(request, cancellationToken: limit.Token);
        while (true)
        {
            limit.CancelAfter(_patience);
            if (!await GuardAsync(call.ResponseStream.MoveNext(limit.Token), cancellationToken)) yield break;
            limit.CancelAfter(Timeout.InfiniteTimeSpan);
            yield return call.ResponseStream.Current;
        }
    }

    public ValueTask DisposeAsync()
    {
        _channel.Dispose();
        _certificate?.Dispose();
        return ValueTask.CompletedTask;
    }

    private async Task<NodeAnswer<T>> AskAsync<T>(Func<CallOptions, AsyncUnaryCall<T>> ask, CancellationToken cancellationToken)
    {
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        limit.CancelAfter(_patience);
        using var call = ask(new CallOptions(cancellationToken: limit.Token));
        var headers = await GuardAsync(call.ResponseHeadersAsync, cancellationToken);
        var offset = OffsetOf(headers.GetValue("date"));
        return new NodeAnswer<T>(await GuardAsync(call.ResponseAsync, cancellationToken), offset);
    }

    /// <summary>A date in a header is cut to the second; half of one is what it is off by on average.</summary>
    private TimeSpan? OffsetOf(string? date) =>
        DateTimeOffset.TryParseExact(date, "r", CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out var theirs)
            ? theirs + TimeSpan.FromSeconds(0.5) - _time.GetUtcNow()
            : null;

    private async Task<T> GuardAsync<T>(Task<T> step, CancellationToken cancellationToken)
    {
        try
        {
            return await step;
        }
        catch (RpcException failure)
        {
            // Now and then the caller's own cancellation comes as a failure of the connection.
            cancellationToken.ThrowIfCancellationRequested();
            throw new NodeException(CodeOf(failure), _refusal ?? ReasonOf(failure), failure.StatusCode, null, failure);
        }
        catch (OperationCanceledException failure) when (!cancellationToken.IsCancellationRequested)
        {
            throw new NodeException(ErrorCatalogue.DeadlineExceeded, _refusal ?? $"no answer within {_patience.TotalSeconds.ToString(CultureInfo.InvariantCulture)} s", failure);
        }
    }

    private static ErrorCode CodeOf(RpcException failure) => failure.StatusCode switch
    {
        StatusCode.Unimplemented => ErrorCatalogue.MethodNotAllowed,
        StatusCode.PermissionDenied or StatusCode.Unauthenticated => ErrorCatalogue.Unauthenticated,
        StatusCode.ResourceExhausted => ErrorCatalogue.ResponseTooLarge,
        _ => ErrorCatalogue.Unavailable,
    };

    private static string ReasonOf(RpcException failure)
    {
        if (failure.StatusCode == StatusCode.Unimplemented) return "it does not tell of its network; other software, or an older version";

        // The system's own word for it, such as "Connection refused", says more than those of the layers above.
        var text = failure.GetBaseException() is var origin and not RpcException ? origin.Message : failure.Status.Detail;
        if (text.Length == 0) text = failure.StatusCode.ToString();
        return text.Length <= ReasonLengthMaxChars ? text : text[..ReasonLengthMaxChars] + "…";
    }

    private bool IsOf(NodeId expected, X509Certificate? presented)
    {
        if (!NodeCertificate.TryReadKey(presented, out var owner)) _refusal = "what answers there is no node";
        else if (owner.Id != expected) _refusal = $"another node, {owner.Id.ToShortString()}, answers there";
        else return true;
        return false;
    }
}
