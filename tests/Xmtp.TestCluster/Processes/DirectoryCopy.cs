namespace Xmtp.TestCluster.Processes;

/// <summary>A copy of a directory with all that is below it.</summary>
internal static class DirectoryCopy
{
    public static void Make(string source, string target)
    {
        Directory.CreateDirectory(target);
        if (!OperatingSystem.IsWindows()) File.SetUnixFileMode(target, File.GetUnixFileMode(source));
        foreach (var directory in Directory.GetDirectories(source)) Make(directory, Path.Combine(target, Path.GetFileName(directory)));
        foreach (var file in Directory.GetFiles(source)) File.Copy(file, Path.Combine(target, Path.GetFileName(file)));
    }
}
