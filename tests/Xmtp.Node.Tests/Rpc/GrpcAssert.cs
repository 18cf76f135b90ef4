using Grpc.Core;
using Xmtp.Protocol.Errors;

namespace Xmtp.Node.Tests.Rpc;

internal static class GrpcAssert
{
    /// <summary>The status, with the entry of the catalogue that goes with it.</summary>
    public static void Is(RpcException failure, StatusCode status, string code)
    {
        Assert.True(failure.StatusCode == status, failure.ToString());
        Assert.Equal(code, failure.Trailers.GetValue("xmtp-error-code"));
        Assert.Equal(status, ErrorCatalogue.All[code].Status);
        Assert.Equal(ErrorCatalogue.All[code].Retryable ? "true" : "false", failure.Trailers.GetValue("xmtp-retryable"));
        Assert.NotEmpty(failure.Status.Detail);
    }
}
