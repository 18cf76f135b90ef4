using System.Reflection;
using Xmtp.Protocol.Errors;

namespace Xmtp.Protocol.Tests.Errors;

public class ErrorCatalogueTests
{
    [Fact]
    public void All_EveryDeclaredCode_IsListedOnce()
    {
        var declared = typeof(ErrorCatalogue).GetFields(BindingFlags.Public | BindingFlags.Static)
            .Select(field => (ErrorCode)field.GetValue(null)!).ToList();
        Assert.Equal(declared.Count, ErrorCatalogue.All.Count);
        Assert.All(declared, code => Assert.Same(code, ErrorCatalogue.All[code.Id]));
    }

    [Fact]
    public void XmtpException_Code_CarriesHelpAndRetry()
    {
        var exception = new XmtpException(ErrorCatalogue.RateLimited, "slow down");
        Assert.True(exception.IsRetryable);
        Assert.Equal("docs/reference/errors.md#xmtp2004", exception.HelpLink);
    }
}
