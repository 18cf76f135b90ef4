using Xmtp.Protocol.Errors;

namespace Xmtp.Identity.Tests;

/// <summary>Asserts that a call is answered with one kind of error.</summary>
internal static class Refusal
{
    internal static XmtpException Of(ErrorCode code, Action call)
    {
        var refusal = Assert.ThrowsAny<XmtpException>(call);
        Assert.Equal(code, refusal.Code);
        return refusal;
    }

    internal static async Task<XmtpException> OfAsync(ErrorCode code, Func<Task> call)
    {
        var refusal = await Assert.ThrowsAnyAsync<XmtpException>(call);
        Assert.Equal(code, refusal.Code);
        return refusal;
    }
}
