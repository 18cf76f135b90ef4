using System.Text.Json.Nodes;

namespace Xmtp.Cli.Tests.Serving;

/// <summary><c>xmtp serve</c>, while a test lasts.</summary>
/// <param name="Process">The process.</param>
/// <param name="Told">What it said when it listened.</param>
internal sealed record RunningServe(XmtpProcess Process, JsonObject Told) : IAsyncDisposable
{
    public string Socket => (string)Told["socket"]!;

    public Uri Http => new((string)Told["http"]!);

    public string TokenFile => (string)Told["tokenFile"]!;

    public ValueTask DisposeAsync() => Process.DisposeAsync();
}
