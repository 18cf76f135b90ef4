namespace Xmtp.Cli.Tests;

/// <summary>The command that these tests run: the one native file, alone in a folder.</summary>
internal static class CliProgram
{
    public static IReadOnlyList<string> Command => [NativeProgram.Path];
}
