namespace Xmtp.Cli.Native;

/// <summary>Where the command may keep what it can make again.</summary>
internal static class CacheFolders
{
    /// <summary>Folders to try, best first.</summary>
    /// <param name="variable">Reads an environment variable.</param>
    public static IEnumerable<string> Candidates(Func<string, string?> variable)
    {
        if (OperatingSystem.IsWindows())
        {
            if (variable("LOCALAPPDATA") is { Length: > 0 } local) yield return Path.Combine(local, "xmtp", "cache");
            yield break;
        }

        // The specification has relative paths ignored.
        if (variable("XDG_CACHE_HOME") is { } cache && Path.IsPathRooted(cache)) yield return Path.Combine(cache, "xmtp");
        if (variable("HOME") is { } home && Path.IsPathRooted(home)) yield return Path.Combine(home, OperatingSystem.IsMacOS() ? "Library/Caches" : ".cache", "xmtp");
    }
}
