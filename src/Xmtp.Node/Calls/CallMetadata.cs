using Grpc.AspNetCore.Server;

namespace Xmtp.Node.Calls;

/// <summary>
/// The metadata that this project adds to client calls; <c>docs/reference/network.md</c> has the contract. On the JSON gateway requests
/// carry it as plain headers and answers as <c>Grpc-Metadata-</c> headers.
/// </summary>
internal static class CallMetadata
{
    /// <summary>What must have happened before a publish is answered, and what had.</summary>
    public const string Ack = "xmtp-ack";

    /// <summary>Asks for a position, or states one.</summary>
    public const string Position = "xmtp-position";

    /// <summary>Says that a position could not be read.</summary>
    public const string PositionIgnored = "xmtp-position-ignored";

    /// <summary>Before the names of answers on the gateway.</summary>
    public const string GatewayPrefix = "Grpc-Metadata-";

    /// <summary>States something before the answer.</summary>
    public static void SetHeader(HttpContext context, string name, string value) =>
        context.Response.Headers[IsGrpc(context) ? name : GatewayPrefix + name] = value;

    /// <summary>States something after the answer; on the gateway before it, since the answer is complete by then.</summary>
    public static void SetTrailer(HttpContext context, string name, string value)
    {
        if (context.Features.Get<IServerCallContextFeature>() is { } feature) feature.ServerCallContext.ResponseTrailers.Add(name, value);
        else SetHeader(context, name, value);
    }

    private static bool IsGrpc(HttpContext context) => context.Features.Get<IServerCallContextFeature>() is not null;
}
