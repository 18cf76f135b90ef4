namespace Xmtp.Client.Transport;

/// <summary>How <see cref="GrpcTransport"/> reaches its node.</summary>
public sealed record GrpcTransportOptions
{
    /// <summary>The wire; gRPC-Web in a browser, gRPC elsewhere.</summary>
    public TransportKind Kind { get; init; } = OperatingSystem.IsBrowser() ? TransportKind.GrpcWeb : TransportKind.Grpc;

    /// <summary>The application, as <c>name/version</c>, for the operator's statistics; sent as <c>X-App-Version</c>.</summary>
    public string? AppVersion { get; init; }

    /// <summary>Clock for the overlap of re-opened subscriptions.</summary>
    public TimeProvider TimeProvider { get; init; } = TimeProvider.System;

    /// <summary>Handler at the bottom of the channel, for proxies, certificates and tests; null for the platform's. It stays the caller's to dispose.</summary>
    public HttpMessageHandler? HttpHandler { get; init; }
}
