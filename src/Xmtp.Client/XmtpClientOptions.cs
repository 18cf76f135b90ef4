using System.Diagnostics.Metrics;
using System.Security.Cryptography;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;
using Xmtp.Client.Accounts;
using Xmtp.Client.Diagnostics;
using Xmtp.Client.Nodes;
using Xmtp.Client.Storage;
using Xmtp.Client.Transport;
using Xmtp.ContentTypes;
using Xmtp.Cryptography;

namespace Xmtp.Client;

/// <summary>How a client works. All of it has a default; change single values with <c>with</c>.</summary>
public sealed record XmtpClientOptions
{
    /// <summary>The gRPC port of a node on this machine.</summary>
    public static readonly Uri LocalNode = new("http://localhost:5556");

    /// <summary>The gRPC-Web port of a node on this machine.</summary>
    public static readonly Uri LocalWebNode = new("http://localhost:5557");

    /// <summary>
    /// Nodes of one network: <c>http</c> (plaintext) or <c>https</c> addresses. The first that works is used; one that failed
    /// is tried again after half a second at most, then ever less often, up to 30 s.
    /// </summary>
    public IReadOnlyList<Uri> Nodes { get; init; } = [OperatingSystem.IsBrowser() ? LocalWebNode : LocalNode];

    /// <summary>
    /// Whether nodes are asked for further nodes of the network, at most 64, which are used when the configured ones fail.
    /// What a node tells is not proved: it can lead the client to nodes of its choice, which see ciphertext as it does. With
    /// only <c>https</c> addresses in <see cref="Nodes"/>, no other kind is learnt.
    /// </summary>
    public bool DiscoverNodes { get; init; } = true;

    /// <summary>The wire to speak to nodes.</summary>
    public TransportKind Transport { get; init; } = OperatingSystem.IsBrowser() ? TransportKind.GrpcWeb : TransportKind.Grpc;

    /// <summary>
    /// What must have happened with everything the client publishes before a call returns. A call that asks for other nodes
    /// and waits in vain fails with <see cref="Xmtp.Protocol.Errors.ErrorCatalogue.AcknowledgementNotReached"/>, after 10 s on this project's
    /// nodes; at a node that knows no levels it fails with <see cref="Xmtp.Protocol.Errors.ErrorCatalogue.AcknowledgementUnknown"/>. Either way what was published is
    /// stored. Ephemeral messages are stored nowhere and acknowledged when the node has them.
    /// </summary>
    public AckLevel Acknowledgement { get; init; } = AckLevel.Local;

    /// <summary>A transport of the application's own in place of <see cref="Nodes"/> and <see cref="Transport"/>. It stays the application's to dispose.</summary>
    public IMessageTransport? CustomTransport { get; init; }

    /// <summary>Handler at the bottom of gRPC connections, for proxies and certificates; null for the platform's. It stays the application's to dispose.</summary>
    public HttpMessageHandler? HttpHandler { get; init; }

    /// <summary>The application, as <c>name/version</c>, for the statistics of the nodes' operators; null to stay unnamed.</summary>
    public string? AppVersion { get; init; }

    /// <summary>Where private keys are kept; null for the network, where all devices of the account find them.</summary>
    public IKeyStore? KeyStore { get; init; }

    /// <summary>
    /// Where this device keeps the account's identity, conversations, messages, consent and what waits to be sent, so that
    /// <see cref="XmtpClient.Inbox"/> answers at once, offline too, and a restart downloads nothing again. Null for memory. One
    /// store for each account. It stays the application's to dispose, after the client.
    /// </summary>
    public IClientStore? Store { get; init; }

    /// <summary>What <see cref="Store"/> is encrypted under. Not needed any more when the client is open.</summary>
    public StoreKey? StoreKey { get; init; }

    /// <summary>Whether the account's contact is published when the client starts. Without one nobody can write to the account first.</summary>
    public bool PublishContact { get; init; } = true;

    /// <summary>Whether peers are allowed by beginning a conversation with them, and by writing to them while nothing was decided about them.</summary>
    public bool ImplicitConsent { get; init; } = true;

    /// <summary>The content types, and what one message may cost, such as the length it may inflate to.</summary>
    public CodecRegistry Codecs { get; init; } = CodecRegistry.Default;

    /// <summary>How calls that failed are repeated.</summary>
    public RetryPolicy Retry { get; init; } = new();

    /// <summary>How long one attempt of a call may take.</summary>
    public TimeSpan RequestTimeout
    {
        get;
        init
        {
            ArgumentOutOfRangeException.ThrowIfLessThanOrEqual(value, TimeSpan.Zero, nameof(RequestTimeout));
            field = value;
        }
    } = TimeSpan.FromSeconds(30);

    /// <summary>How far the clocks of senders may differ: what is fetched again after a pause begins this much earlier.</summary>
    public TimeSpan ClockSkew
    {
        get;
        init
        {
            ArgumentOutOfRangeException.ThrowIfLessThan(value, TimeSpan.Zero, nameof(ClockSkew));
            field = value;
        }
    } = TimeSpan.FromSeconds(10);

    /// <summary>How many items a stream holds for a reader that is slower than the network.</summary>
    public int StreamBufferSize
    {
        get;
        init
        {
            ArgumentOutOfRangeException.ThrowIfNegativeOrZero(value, nameof(StreamBufferSize));
            field = value;
        }
    } = 128;

    /// <summary>Hears of every envelope that was not taken. It is called on the client's tasks and must not block.</summary>
    public IProgress<DroppedEnvelope>? Dropped { get; init; }

    /// <summary>Where logs go. Content and keys are never logged.</summary>
    public ILoggerFactory LoggerFactory { get; init; } = NullLoggerFactory.Instance;

    /// <summary>
    /// Makes the meter that the client counts with, <see cref="XmtpTelemetry.MeterName"/>; null for one that all clients of the
    /// process share. Topics, addresses, keys and content are never in a measurement.
    /// </summary>
    public IMeterFactory? MeterFactory { get; init; }

    /// <summary>The clock.</summary>
    public TimeProvider TimeProvider { get; init; } = TimeProvider.System;

    /// <summary>The source of keys, salts and nonces.</summary>
    public RandomNumberGenerator Random { get; init; } = RandomNumberGenerator.Create();

    /// <summary>The cryptography; the fastest that works on this machine.</summary>
    public CryptoProvider Provider { get; init; } = CryptoProvider.Default;

    internal IMessageTransport CreateTransport(ILogger logger)
    {
        if (CustomTransport is not null) return new TimeLimitedTransport(CustomTransport, RequestTimeout, TimeProvider, disposeInner: false);
        ArgumentOutOfRangeException.ThrowIfZero(Nodes.Count, nameof(Nodes));
        foreach (var node in Nodes) GrpcChannels.CheckAddress(node, nameof(Nodes));
        var wire = new GrpcTransportOptions { Kind = Transport, AppVersion = AppVersion, TimeProvider = TimeProvider, HttpHandler = HttpHandler };
        var pool = new NodePool(
            Nodes.Distinct(), node => new TimeLimitedTransport(new GrpcTransport(node, wire), RequestTimeout, TimeProvider, disposeInner: true), TimeProvider, Random, logger);
        var onlyTls = Nodes.All(static node => node.Scheme == Uri.UriSchemeHttps);
        return new FailoverTransport(pool, DiscoverNodes ? new NodeDiscovery(pool, onlyTls, TimeProvider, Random, logger) : null);
    }
}
