using System.Diagnostics;
using System.Reflection;

namespace Xmtp.Interop.JavaScript;

/// <summary>Where the published JavaScript packages are, and how to run a script on them.</summary>
internal static class JavaScriptPackages
{
    private const string Missing = "The published JavaScript packages are not installed; run ./build.sh deps.";

    public static string Directory { get; } = typeof(JavaScriptPackages).Assembly
        .GetCustomAttributes<AssemblyMetadataAttribute>().Single(attribute => attribute.Key == "JavaScriptDirectory").Value!;

    /// <summary>Skips the test when the packages are missing, or fails it where the run was told to have them.</summary>
    public static void Require()
    {
        if (System.IO.Directory.EnumerateFiles(Directory, "package.json", new EnumerationOptions { RecurseSubdirectories = true, MaxRecursionDepth = 1 })
            .All(package => File.Exists(Path.Combine(Path.GetDirectoryName(package)!, "node_modules", ".installed"))))
            return;
        if (Environment.GetEnvironmentVariable("XMTP_REQUIRE_INTEROP") == "1")
            Assert.Fail(Missing);
        Assert.Skip(Missing);
    }

    public static Process Start(params ReadOnlySpan<string> arguments)
    {
        var start = new ProcessStartInfo("node")
        {
            WorkingDirectory = Directory,
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        foreach (var argument in arguments)
            start.ArgumentList.Add(argument);
        return Process.Start(start) ?? throw new InvalidOperationException("node did not start");
    }

    /// <summary>What a script printed; throws with its errors when it failed.</summary>
    public static async Task<string> RunAsync(string[] arguments, CancellationToken cancellationToken)
    {
        using var process = Start(arguments);
        process.StandardInput.Close();
        var output = process.StandardOutput.ReadToEndAsync(cancellationToken);
        var errors = process.StandardError.ReadToEndAsync(cancellationToken);
        try
        {
            await process.WaitForExitAsync(cancellationToken);
        }
        finally
        {
            if (!process.HasExited)
                process.Kill(entireProcessTree: true);
        }

        return process.ExitCode == 0
            ? await output
            : throw new InvalidOperationException($"node {string.Join(' ', arguments)} ended with {process.ExitCode}: {await errors}");
    }
}
