using System.Text.Json;
using System.Text.Json.Nodes;

namespace Xmtp.Cli.Tests;

/// <summary>How a run of the command ended.</summary>
/// <param name="ExitCode">Its exit code.</param>
/// <param name="Output">All of its standard output.</param>
/// <param name="Error">All of its standard error.</param>
internal sealed record XmtpResult(int ExitCode, string Output, string Error)
{
    /// <summary>The results; with <c>--json</c> there is nothing else on standard output.</summary>
    public IReadOnlyList<JsonObject> Results => [.. Output.Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(Parse)];

    /// <summary>The one result.</summary>
    public JsonObject Result => Assert.Single(Results);

    /// <summary>The failure, which is the last thing on standard error.</summary>
    public JsonObject Failure => Parse(Error.Split('\n', StringSplitOptions.RemoveEmptyEntries)[^1]);

    public XmtpResult Exited(int code)
    {
        Assert.True(ExitCode == code, $"Exit code {ExitCode} instead of {code}.\n{Output}\n{Error}");
        return this;
    }

    /// <summary>It failed with a code of the catalogue and wrote no result.</summary>
    public string Failed(int exitCode, string id)
    {
        Exited(exitCode);
        Assert.Empty(Output);
        Assert.Equal(id, (string?)Failure["code"]);
        Assert.NotEmpty((string)Failure["advice"]!);
        return (string)Failure["message"]!;
    }

    private static JsonObject Parse(string line)
    {
        try
        {
            return JsonNode.Parse(line)!.AsObject();
        }
        catch (JsonException exception)
        {
            throw new InvalidOperationException($"Not a JSON line: {line}", exception);
        }
    }
}
