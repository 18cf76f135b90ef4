using Xmtp.Protocol.Errors;

namespace Xmtp.ContentTypes.Tests;

/// <summary>Comparisons that look into trees, and the one failure that bad content may cause.</summary>
internal static class ContentAssert
{
    public static void Same(object? expected, object? actual)
    {
        if (expected is Composite expectedTree)
        {
            var actualTree = Assert.IsType<Composite>(actual);
            Assert.Equal(expectedTree.Parts.Count, actualTree.Parts.Count);
            foreach (var (left, right) in expectedTree.Parts.Zip(actualTree.Parts)) Same(left.Content, right.Content);
        }
        else if (expected is Reply expectedReply)
        {
            var actualReply = Assert.IsType<Reply>(actual);
            Assert.Equal(expectedReply.Reference, actualReply.Reference);
            Assert.Equal(expectedReply.ReferenceInboxId, actualReply.ReferenceInboxId);
            if (expectedReply.ContentType is not null) Assert.Equal(expectedReply.ContentType, actualReply.ContentType);
            Same(expectedReply.Content, actualReply.Content);
        }
        else
        {
            Assert.Equal(expected, actual);
        }
    }

    public static XmtpException Fails(ErrorCode code, Action action)
    {
        var exception = Assert.Throws<XmtpException>(action);
        Assert.Same(code, exception.Code);
        return exception;
    }
}
