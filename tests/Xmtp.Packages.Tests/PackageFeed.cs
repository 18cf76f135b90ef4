using System.Xml.Linq;
using Xmtp.Packages.Tests;
using Xmtp.TestSupport;

[assembly: AssemblyFixture(typeof(PackageFeed))]

namespace Xmtp.Packages.Tests;

/// <summary>The packages, made of what was built, in a folder that serves as their source; and the means to build with them as a stranger would.</summary>
public sealed class PackageFeed : IAsyncLifetime
{
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(5);

    // No server of a build outlives it: it would keep the output of a run open.
    private static readonly (string, string?)[] Environment =
    [
        ("MSBUILDDISABLENODEREUSE", "1"), ("UseSharedCompilation", "false"), ("DOTNET_NOLOGO", "1"), ("DOTNET_CLI_TELEMETRY_OPTOUT", "1"), ("NuGetAudit", "false"),
        ("SOURCE_DATE_EPOCH", "1577836800"),
    ];

    /// <summary>Everything of this run; far from the repository, whose settings must not reach what is built here.</summary>
    public string Root { get; } = Directory.CreateTempSubdirectory("xmtp-packages-").FullName;

    /// <summary>Where the packages are.</summary>
    public string Packages => Path.Combine(Root, "packages");

    /// <summary>The version of the packages.</summary>
    public static string Version { get; } = XDocument.Parse(Repository.Read("Directory.Build.props")).Descendants("Version").Single().Value;

    public async ValueTask InitializeAsync()
    {
        await PackAsync(Packages);

        // Packages of others come from where the build of the repository put them, so that nothing is fetched twice; ours never can.
        var others = System.Environment.GetEnvironmentVariable("NUGET_PACKAGES")
            ?? Path.Combine(System.Environment.GetFolderPath(System.Environment.SpecialFolder.UserProfile), ".nuget", "packages");
        await File.WriteAllTextAsync(Path.Combine(Root, "nuget.config"), $"""
            <configuration>
              <config><add key="globalPackagesFolder" value="{Path.Combine(Root, "cache")}" /></config>
              <fallbackPackageFolders><clear /><add key="others" value="{others}" /></fallbackPackageFolders>
              <packageSources><clear /><add key="local" value="{Packages}" /><add key="nuget.org" value="https://api.nuget.org/v3/index.json" /></packageSources>
              <packageSourceMapping>
                <packageSource key="local"><package pattern="Xmtp.*" /></packageSource>
                <packageSource key="nuget.org"><package pattern="*" /></packageSource>
              </packageSourceMapping>
            </configuration>
            """);
    }

    public ValueTask DisposeAsync()
    {
        Directory.Delete(Root, recursive: true);
        return ValueTask.CompletedTask;
    }

    /// <summary>Packs everything into a folder.</summary>
    public static Task PackAsync(string folder) =>
        DotnetAsync(Repository.Root, "msbuild", Repository.FullPath("tests/Xmtp.Packages.Tests/Pack.targets"), "-t:Pack", "-v:q", "-nologo", $"-p:Into={folder}");

    /// <summary>Runs <c>dotnet</c> to its end, which must be without failure.</summary>
    public static async Task<IReadOnlyList<string>> DotnetAsync(string directory, params string[] arguments)
    {
        await using var run = ChildProcess.Start("dotnet", directory, arguments, directory == Repository.Root ? Environment : Environment.Append(("NUGET_PACKAGES", null)));
        return await run.SucceedAsync(Patience);
    }

    /// <summary>Restores and builds a project outside of the repository.</summary>
    /// <returns>The program.</returns>
    public async Task<string> BuildAsync(string directory)
    {
        Assert.StartsWith(Root, directory, StringComparison.Ordinal);
        var output = Path.Combine(directory, "out");
        await DotnetAsync(directory, "build", "-c", "Release", "-v", "q", "-o", output, "-warnaserror");
        return Path.Combine(output, $"{Path.GetFileName(directory)}.dll");
    }
}
