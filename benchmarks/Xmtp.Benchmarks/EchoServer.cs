using System.Net;
using Grpc.Core;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Xmtp.Protocol.MessageApi.V1;

namespace Xmtp.Benchmarks;

/// <summary>A bare Kestrel gRPC server that answers each request with itself.</summary>
internal static class EchoServer
{
    public static async Task RunAsync(int port, CancellationToken cancellationToken)
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.ConfigureKestrel(kestrel =>
            kestrel.Listen(IPAddress.Loopback, port, listen => listen.Protocols = HttpProtocols.Http2));
        builder.Services.AddGrpc();
        await using var app = builder.Build();
        app.MapGrpcService<EchoService>();
        await app.RunAsync(cancellationToken);
    }

    private sealed class EchoService : Echo.EchoBase
    {
        public override Task<PublishRequest> Echo(PublishRequest request, ServerCallContext context) => Task.FromResult(request);
    }
}
