using Grpc.Core;
using Xmtp.Client.Transport;
using Xmtp.Protocol.Errors;

namespace Xmtp.Client.Tests.Transport;

public sealed class GrpcFailureTests
{
    [Theory]
    [InlineData(StatusCode.Unauthenticated, "XMTP2001", false)]
    [InlineData(StatusCode.PermissionDenied, "XMTP2002", false)]
    [InlineData(StatusCode.ResourceExhausted, "XMTP2004", true)]
    [InlineData(StatusCode.Unavailable, "XMTP3001", true)]
    [InlineData(StatusCode.Cancelled, "XMTP3001", true)]
    [InlineData(StatusCode.DeadlineExceeded, "XMTP3004", true)]
    [InlineData(StatusCode.Internal, "XMTP3003", true)]
    [InlineData(StatusCode.Unknown, "XMTP3003", true)]
    [InlineData(StatusCode.InvalidArgument, "XMTP1008", false)]
    public void ToException_StatusAlone_GivesTheKindOfFailure(StatusCode status, string code, bool retryable)
    {
        var failure = GrpcFailure.ToException(new RpcException(new Status(status, "what the node said")));
        Assert.Equal((code, retryable, status), (failure.Code.Id, failure.IsRetryable, failure.Status));
        Assert.Contains("what the node said", failure.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void ToException_NodeNamesTheFailure_TakesItsWord()
    {
        var trailers = new Metadata { { "xmtp-error-code", "XMTP1005" } };
        Assert.Equal(ErrorCatalogue.PageTooLarge, GrpcFailure.ToException(new RpcException(new Status(StatusCode.InvalidArgument, ""), trailers)).Code);
    }

    [Theory]
    [InlineData("XMTP9999")]
    [InlineData("XMTP3001")]
    public void ToException_NameThatDoesNotFitTheStatus_IsIgnored(string id)
    {
        var trailers = new Metadata { { "xmtp-error-code", id } };
        Assert.Equal(ErrorCatalogue.Unauthenticated, GrpcFailure.ToException(new RpcException(new Status(StatusCode.Unauthenticated, ""), trailers)).Code);
    }

    [Theory]
    [InlineData("7", 7.0)]
    [InlineData("0.5", 0.5)]
    [InlineData("soon", null)]
    [InlineData("-1", null)]
    [InlineData("1e300", null)]
    [InlineData("999999999999", null)]
    public void ToException_RetryAfter_IsReadWhenItMakesSense(string text, double? seconds)
    {
        var failure = GrpcFailure.ToException(new RpcException(new Status(StatusCode.ResourceExhausted, "slow down"), new Metadata { { "retry-after", text } }));
        Assert.Equal(seconds, failure.RetryAfter?.TotalSeconds);
    }

    [Fact]
    public void ToException_AnswerBeyondOurOwnLimit_IsNoRateLimit()
    {
        var failure = GrpcFailure.ToException(new RpcException(new Status(
            StatusCode.ResourceExhausted, "Received message exceeds the maximum configured message size.")));
        Assert.Equal(ErrorCatalogue.ResponseTooLarge, failure.Code);
    }

    [Fact]
    public void ToException_ConnectionBrokeInTheMiddle_MayBeRepeated()
    {
        var failure = GrpcFailure.ToException(new RpcException(new Status(StatusCode.Internal, "broke", new HttpRequestException("reset"))));
        Assert.Equal(ErrorCatalogue.Unavailable, failure.Code);
    }
}
