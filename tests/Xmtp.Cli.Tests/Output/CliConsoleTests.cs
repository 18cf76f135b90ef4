using Xmtp.Cli.Output;
using Xmtp.Protocol.Errors;

namespace Xmtp.Cli.Tests.Output;

public class CliConsoleTests
{
    [Theory]
    [InlineData(true, false, "\u001b[1mx\u001b[0m")]
    [InlineData(false, false, "x")]
    [InlineData(true, true, "x")]
    public void Bold_TerminalOrNot_IsStyledOnTerminalsOnly(bool colours, bool json, string expected) =>
        Assert.Equal(expected, new CliConsole(TextWriter.Null, TextWriter.Null, json, colours).Bold("x"));

    [Fact]
    public void Failure_TextOfANode_DrivesNoTerminal()
    {
        using var error = new StringWriter();
        new CliConsole(TextWriter.Null, error, json: false, colours: false).Failure(ErrorCatalogue.Unavailable, "closed\u001b[2J");
        Assert.StartsWith("xmtp: closed\ufffd[2J", error.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public void ExitCode_EveryError_IsNeitherSuccessNorInterruption() => Assert.All(ErrorCatalogue.All.Values, code =>
        Assert.Equal(Expected(code), ExitCode.Of(code)));

    private static int Expected(ErrorCode code) => code.Id switch
    {
        "XMTP3006" => 2,
        "XMTP1010" or "XMTP4001" => 3,
        "XMTP4010" => 6,
        _ when code.Retryable => 5,
        "XMTP1009" or "XMTP1011" or "XMTP1012" or "XMTP1013" or "XMTP4008" or "XMTP4012" or "XMTP4013" => 1,
        _ => 4,
    };
}
