using Grpc.Core;
using Grpc.Net.Client;
using Xmtp.Protocol.Errors;
using Xmtp.Protocol.MessageApi.V1;
using Xmtp.Protocol.Network.V1;

namespace Xmtp.Client.Transport;

/// <summary>The message API over gRPC or gRPC-Web. One channel serves all calls and subscriptions of one node.</summary>
public sealed class GrpcTransport : INodeTransport
{
    private readonly GrpcChannel _channel;
    private readonly MessageApi.MessageApiClient _api;
    private readonly Bootstrap.BootstrapClient _bootstrap;
    private readonly GrpcTransportOptions _options;
    private readonly Metadata _headers;
    private volatile bool _canReplaceTopics;
    private volatile PositionSupport _positions;

    /// <summary>Prepares the channel; nothing is dialled before the first call.</summary>
    /// <param name="node"><c>http</c> (plaintext) or <c>https</c> address of a node.</param>
    /// <param name="options">Wire and headers.</param>
    /// <exception cref="ArgumentException">The address is neither <c>http</c> nor <c>https</c>.</exception>
    public GrpcTransport(Uri node, GrpcTransportOptions? options = null)
    {
        _options = options ?? new GrpcTransportOptions();
        _channel = GrpcChannels.Create(node, _options);
        _api = new MessageApi.MessageApiClient(_channel);
        _bootstrap = new Bootstrap.BootstrapClient(_channel);
        _headers = GrpcChannels.Headers(_options);

        // Browsers cannot send while they receive, so there Subscribe is opened anew instead.
        _canReplaceTopics = _options.Kind == TransportKind.Grpc;
    }

    private enum PositionSupport
    {
        Unknown,
        Known,
        Refused,
    }

    /// <inheritdoc/>
    public async Task<AckLevel?> PublishAsync(
        PublishRequest request, string authorization, AckLevel acknowledgement = default, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(authorization);
        var headers = HeadersWith(new Metadata.Entry("authorization", authorization));

        // The default is not stated: pages in a browser may send only headers that the node allows, and other nodes do not know this one.
        if (acknowledgement != AckLevel.Local) headers.Add(NodeMetadata.AckKey, acknowledgement.ToString());
        using var call = _api.PublishAsync(request, headers, cancellationToken: cancellationToken);
        await GrpcFailure.GuardAsync(call.ResponseAsync, cancellationToken).ConfigureAwait(false);
        return NodeMetadata.ReachedLevel(call.GetTrailers());
    }

    /// <inheritdoc/>
    public Task<QueryResponse> QueryAsync(QueryRequest request, CancellationToken cancellationToken = default) =>
        GrpcFailure.GuardAsync(_api.QueryAsync(request, _headers, cancellationToken: cancellationToken).ResponseAsync, cancellationToken);

    /// <inheritdoc/>
    public Task<BatchQueryResponse> BatchQueryAsync(BatchQueryRequest request, CancellationToken cancellationToken = default) =>
        GrpcFailure.GuardAsync(_api.BatchQueryAsync(request, _headers, cancellationToken: cancellationToken).ResponseAsync, cancellationToken);

    /// <inheritdoc/>
    public async Task<IEnvelopeSubscription> SubscribeAsync(
        IReadOnlyCollection<string> topics, string? position = null, CancellationToken cancellationToken = default)
    {
        if (_positions == PositionSupport.Refused) return await OpenAsync(topics, position, _headers, cancellationToken).ConfigureAwait(false);
        try
        {
            var subscription = await OpenAsync(topics, position, HeadersWith(NodeMetadata.AskPosition(position)), cancellationToken).ConfigureAwait(false);
            if (subscription.Position is not null) _positions = PositionSupport.Known;
            return subscription;
        }
        catch (NodeException failure) when (
            _options.Kind == TransportKind.GrpcWeb && _positions == PositionSupport.Unknown && failure.Code == ErrorCatalogue.Unavailable)
        {
            // To a browser, a node that allows no such header looks like one that cannot be reached.
            var subscription = await OpenAsync(topics, position, _headers, cancellationToken).ConfigureAwait(false);
            _positions = PositionSupport.Refused;
            return subscription;
        }
    }

    /// <summary>
    /// Subscribes to every topic of the protocol, as a server that notifies many accounts does, and asks the node to state positions
    /// (<see cref="PositionMark"/>). The node has confirmed the subscription when the call returns. It does not reconnect.
    /// </summary>
    /// <param name="position">Position of an earlier subscription to go on from; null to begin now.</param>
    /// <param name="cancellationToken">Ends the opening; a subscription that is open is ended by disposing it.</param>
    /// <returns>A subscription whose topics cannot be replaced.</returns>
    /// <exception cref="NodeException">The node cannot be reached or refuses.</exception>
    public Task<IEnvelopeSubscription> SubscribeAllAsync(string? position = null, CancellationToken cancellationToken = default) =>
        AllTopicsSubscription.OpenAsync(
            _api, HeadersWith(NodeMetadata.AskPosition(position)), position, _options.Kind == TransportKind.Grpc, cancellationToken);

    /// <inheritdoc/>
    async Task<IReadOnlyList<string>?> INodeTransport.GetPeersAsync(CancellationToken cancellationToken)
    {
        try
        {
            using var call = _bootstrap.GetPeersAsync(new GetPeersRequest(), _headers, cancellationToken: cancellationToken);
            return PeerRecords.Addresses(await GrpcFailure.GuardAsync(call.ResponseAsync, cancellationToken).ConfigureAwait(false), _options.Kind);
        }
        catch (NodeException failure) when (failure.Status is StatusCode.Unimplemented or StatusCode.NotFound or StatusCode.PermissionDenied or StatusCode.Unauthenticated)
        {
            return null;
        }
    }

    /// <inheritdoc/>
    public ValueTask DisposeAsync()
    {
        _channel.Dispose();
        return ValueTask.CompletedTask;
    }

    private async Task<IEnvelopeSubscription> OpenAsync(
        IReadOnlyCollection<string> topics, string? position, Metadata headers, CancellationToken cancellationToken)
    {
        if (_canReplaceTopics)
        {
            try
            {
                return await BidirectionalSubscription.OpenAsync(_api, headers, topics, position, cancellationToken).ConfigureAwait(false);
            }
            catch (NodeException failure) when (failure.Status == StatusCode.Unimplemented)
            {
                // An older node, or a proxy in front of it that passes no bidirectional streams.
                _canReplaceTopics = false;
            }
        }

        var asksPosition = !ReferenceEquals(headers, _headers);
        return await ReopenedSubscription.OpenAsync(
            (wanted, from, token) => _api.Subscribe(
                new SubscribeRequest { ContentTopics = { wanted } },
                asksPosition ? HeadersWith(NodeMetadata.AskPosition(from)) : _headers,
                cancellationToken: token),
            topics, position, _options.TimeProvider, cancellationToken).ConfigureAwait(false);
    }

    private Metadata HeadersWith(Metadata.Entry further)
    {
        var headers = new Metadata { further };
        foreach (var header in _headers) headers.Add(header);
        return headers;
    }
}
