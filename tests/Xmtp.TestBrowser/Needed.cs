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
            if (folders.Select(folder => Path.Combine(folder, name)).FirstOrDefault(File.Exists) is { } found) return found;
        var missing = $"{what} is not installed; run ./build.sh deps.";
        if (Environment.GetEnvironmentVariable("XMTP_REQUIRE_SAMPLES") == "1") Assert.Fail(missing);
        Assert.Skip(missing);
        return missing;
    }
}
