using System.Runtime.InteropServices;

namespace Xmtp.Cli.Tests;

/// <summary>The command that these tests run: what was built with them. Tests of the native file put another one in its place.</summary>
internal static class CliProgram
{
    /// <summary>The program with its first arguments.</summary>
    public static IReadOnlyList<string> Command { get; } =
    [
        Path.Combine(RuntimeEnvironment.GetRuntimeDirectory(), "..", "..", "..", OperatingSystem.IsWindows() ? "dotnet.exe" : "dotnet"),
        Path.Combine(AppContext.BaseDirectory, "xmtp.dll"),
    ];
}
