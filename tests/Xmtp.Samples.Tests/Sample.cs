using Xmtp.TestSupport;

namespace Xmtp.Samples.Tests;

/// <summary>A sample as it was built beside these tests.</summary>
internal static class Sample
{
    /// <summary>Runs it in a directory, with its settings there.</summary>
    public static ChildProcess Start(string name, string directory, params string[] arguments)
    {
        var builds = Path.GetFullPath(Path.Combine(AppContext.BaseDirectory, "..", ".."));
        var configuration = Path.GetFileName(AppContext.BaseDirectory.TrimEnd('/', '\\'));
        var program = Path.Combine(builds, name, configuration, $"{name}.dll");
        foreach (var settings in Directory.GetFiles(Path.GetDirectoryName(program)!, "appsettings*.json")) File.Copy(settings, Path.Combine(directory, Path.GetFileName(settings)), overwrite: true);
        return ChildProcess.Start("dotnet", directory, [program, .. arguments]);
    }
}
