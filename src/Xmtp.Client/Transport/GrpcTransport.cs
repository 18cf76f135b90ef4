using Grpc.Core;
using Grpc.Net.Client;
using Xmtp.Protocol.MessageApi.V1;

namespace Xmtp.Client.Transport;

/// <summary>The message API over gRPC or gRPC-Web. One channel serves all calls and subscriptions of one node.</summary>
public sealed class GrpcTransport : IMessageTransport
{
    private readonly GrpcChannel _channel;
    private readonly MessageApi.MessageApiClient _api;
    private readonly Metadata _headers;
    private readonly TimeProvider _time;
    private volatile bool _canReplaceTopics;

    /// <summary>Prepares the channel; nothing is dialled before the first call.</summary>
    /// <param name="node"><c>http</c> (plaintext) or <c>https</c> address of a node.</param>
    /// <param name="options">Wire and headers.</param>
    /// <exception cref="ArgumentException">The address is neither <c>http</c> nor <c>https</c>.</exception>
    public GrpcTransport(Uri node, GrpcTransportOptions? options = null)
    {
        options ??= new GrpcTransportOptions();
        _channel = GrpcChannels.Create(node, options);
        _api = new MessageApi.MessageApiClient(_channel);
        _headers = GrpcChannels.Headers(options);
        _time = options.TimeProvider;

        // Browsers cannot send while they receive, so there Subscribe is opened anew instead.
        _canReplaceTopics = options.Kind == TransportKind.Grpc;
    }

    /// <inheritdoc/>
    public async Task PublishAsync(PublishRequest request, string authorization, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(authorization);
        var headers = new Metadata { { "authorization", authorization } };
        foreach (var header in _headers) headers.Add(header);
        await GrpcFailure.GuardAsync(_api.PublishAsync(request, headers, cancellationToken: cancellationToken).ResponseAsync, cancellationToken).ConfigureAwait(false);
    }

    /// <inheritdoc/>
    public Task<QueryResponse> QueryAsync(QueryRequest request, CancellationToken cancellationToken = default) =>
        GrpcFailure.GuardAsync(_api.QueryAsync(request, _headers, cancellationToken: cancellationToken).ResponseAsync, cancellationToken);

    /// <inheritdoc/>
    public Task<BatchQueryResponse> BatchQueryAsync(BatchQueryRequest request, CancellationToken cancellationToken = default) =>
        GrpcFailure.GuardAsync(_api.BatchQueryAsync(request, _headers, cancellationToken: cancellationToken).ResponseAsync, cancellationToken);

    /// <inheritdoc/>
    public async Task<IEnvelopeSubscription> SubscribeAsync(IReadOnlyCollection<string> topics, CancellationToken cancellationToken = default)
    {
        if (_canReplaceTopics)
        {
            try
            {
                return await BidirectionalSubscription.OpenAsync(_api, _headers, topics, cancellationToken).ConfigureAwait(false);
            }
            catch (NodeException failure) when (failure.Status == StatusCode.Unimplemented)
            {
                // An older node, or a proxy in front of it that passes no bidirectional streams.
                _canReplaceTopics = false;
            }
        }

        return await ReopenedSubscription.OpenAsync(_api, _headers, topics, _time, cancellationToken).ConfigureAwait(false);
    }

    /// <inheritdoc/>
    public ValueTask DisposeAsync()
    {
        _channel.Dispose();
        return ValueTask.CompletedTask;
    }
}
