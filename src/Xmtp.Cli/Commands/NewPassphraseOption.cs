using System.CommandLine;

namespace Xmtp.Cli.Commands;

/// <summary>Where a new passphrase comes from.</summary>
internal static class NewPassphraseOption
{
    public static Option<FileInfo?> Create(string whenAbsent) => new("--new-passphrase-file")
    {
        Description = $"File whose first line is the new passphrase; {whenAbsent} when absent.",
        HelpName = "path",
    };
}
