using System.Diagnostics;
using System.Reflection;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace Xmtp.Benchmarks;

/// <summary>
/// A side of a comparison in a process of its own, a script beside the published JavaScript client or this program: gets its
/// input as JSON, and prints its result as one line of JSON after a ">".
/// </summary>
internal static class ScriptProcess
{
    private static string Scripts { get; } = typeof(ScriptProcess).Assembly
        .GetCustomAttributes<AssemblyMetadataAttribute>().Single(static attribute => attribute.Key == "JavaScriptDirectory").Value!;

    /// <summary>Bytes as the scripts read them.</summary>
    public static JsonObject Bytes(ReadOnlySpan<byte> bytes) => new() { ["base64"] = Convert.ToBase64String(bytes) };

    /// <summary>Runs a script of the folder where ./build.sh deps installs the JavaScript client.</summary>
    public static Task<JsonObject> RunJavaScriptAsync(string script, JsonObject input, CancellationToken cancellationToken)
    {
        if (!Directory.Exists(Path.Combine(Scripts, "node_modules"))) throw new InvalidOperationException("The JavaScript client is not installed; run ./build.sh deps.");
        return RunAsync(new ProcessStartInfo("node", ["--expose-gc", script]) { WorkingDirectory = Scripts }, input, cancellationToken);
    }

    /// <summary>Runs a command of this program.</summary>
    public static Task<JsonObject> RunSelfAsync(string command, JsonObject input, CancellationToken cancellationToken) => RunAsync(
        new ProcessStartInfo(Environment.ProcessPath ?? "dotnet", Path.GetFileNameWithoutExtension(Environment.ProcessPath) == "dotnet"
            ? [typeof(ScriptProcess).Assembly.Location, command]
            : [command]), input, cancellationToken);

    /// <summary>Runs a program that ./build.sh compiled ahead of time.</summary>
    public static Task<JsonObject> RunProgramAsync(string program, JsonObject input, CancellationToken cancellationToken) =>
        File.Exists(program) ? RunAsync(new ProcessStartInfo(program), input, cancellationToken) : throw new InvalidOperationException($"{program} is missing: run this by ./build.sh bench.");

    private static async Task<JsonObject> RunAsync(ProcessStartInfo start, JsonObject input, CancellationToken cancellationToken)
    {
        (start.RedirectStandardInput, start.RedirectStandardOutput, start.RedirectStandardError) = (true, true, true);
        using var process = Process.Start(start) ?? throw new InvalidOperationException($"{start.FileName} did not start");
        try
        {
            var errors = process.StandardError.ReadToEndAsync(cancellationToken);
            var output = process.StandardOutput.ReadToEndAsync(cancellationToken);
            await process.StandardInput.WriteAsync(JsonSerializer.Serialize(input).AsMemory(), cancellationToken);
            process.StandardInput.Close();
            var result = (await output).Split('\n').LastOrDefault(static line => line.StartsWith('>'));
            return result is null
                ? throw new InvalidOperationException($"{string.Join(' ', start.ArgumentList)} failed: {await errors}")
                : JsonNode.Parse(result[1..])!.AsObject();
        }
        finally
        {
            if (!process.HasExited) process.Kill(entireProcessTree: true);
            await process.WaitForExitAsync(CancellationToken.None);
        }
    }
}
