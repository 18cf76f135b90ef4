using Xmtp.TestSupport;
using Xunit.Sdk;
using Xunit.v3;

// Two publishes at once would build the same libraries, and measure each other.
[assembly: Parallelization(Mode = ParallelMode.None)]

namespace Xmtp.Samples.Tests;

/// <summary>A sample, published as its author would: trimmed or compiled ahead of time, every warning an error.</summary>
internal static class PublishedSample
{
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(8);

    /// <summary>Publishes one of the projects under samples/.</summary>
    /// <param name="name">The project's name.</param>
    /// <returns>The directory that holds what was published.</returns>
    public static async Task<string> CreateAsync(string name)
    {
        var output = Path.Combine(Repository.Root, "artifacts", "samples", name);
        if (Directory.Exists(output)) Directory.Delete(output, recursive: true);

        // Build servers outlive the publish, and would keep this test's output open.
        await ChildProcess.RunAsync(
            Environment.GetEnvironmentVariable("DOTNET_HOST_PATH") ?? "dotnet",
            ["publish", Path.Combine(Repository.Root, "samples", name), "-c", "Release", "-v", "q", "-o", output, "-p:UseSharedCompilation=false", "-nodeReuse:false"],
            Patience);
        return output;
    }
}
