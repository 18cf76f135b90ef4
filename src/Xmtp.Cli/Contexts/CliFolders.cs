namespace Xmtp.Cli.Contexts;

/// <summary>Where the command keeps its files, by the rules of the platform: on Linux those of XDG.</summary>
internal static class CliFolders
{
    public const string ConfigVariable = "XMTP_CONFIG_HOME";
    public const string DataVariable = "XMTP_DATA_HOME";

    /// <summary>Key files and contexts.</summary>
    public static string Config => Of(ConfigVariable, Environment.SpecialFolder.ApplicationData);

    /// <summary>Local stores: what can be made again from the network.</summary>
    public static string Data => Of(DataVariable, Environment.SpecialFolder.LocalApplicationData);

    private static string Of(string variable, Environment.SpecialFolder platform) => Environment.GetEnvironmentVariable(variable) is { Length: > 0 } given
        ? Path.GetFullPath(given)
        : Path.Combine(Environment.GetFolderPath(platform, Environment.SpecialFolderOption.DoNotVerify), "xmtp");
}
