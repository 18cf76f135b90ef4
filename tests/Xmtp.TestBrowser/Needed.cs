using Xmtp.TestSupport;
using Xunit;

namespace Xmtp.TestBrowser;

/// <summary>Programs of the system that a sample needs.</summary>
public static class Needed
{
    /// <summary>Skips the test when none of these programs is there, or fails it where the run was told to have them.</summary>
    /// <param name="what">For the reader.</param>
    /// <param name="names">Any of them will do.</param>
    /// <returns>The path of the first that is there.</returns>
    public static string Program(string what, params ReadOnlySpan<string> names)
    {
        var folders = Environment.GetEnvironmentVariable("PATH")?.Split(Path.PathSeparator) ?? [];
        foreach (var name in names)
            if (folders.Select(folder => Path.Combine(folder, name)).FirstOrDefault(System.IO.File.Exists) is { } found) return found;
        return Missing(what);
    }

    /// <summary>The same for a file that <c>./build.sh deps</c> brings.</summary>
    /// <param name="what">For the reader.</param>
    /// <param name="path">Relative to the repository.</param>
    public static string File(string what, string path) => System.IO.File.Exists(Repository.FullPath(path)) ? Repository.FullPath(path) : Missing(what);

    private static string Missing(string what)
    {
        var missing = $"{what} is not installed; run ./build.sh deps.";
        if (Environment.GetEnvironmentVariable("XMTP_REQUIRE_SAMPLES") == "1") Assert.Fail(missing);
        Assert.Skip(missing);
        return missing;
    }
}
