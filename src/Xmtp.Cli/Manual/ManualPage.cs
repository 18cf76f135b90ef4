using System.CommandLine;
using System.Reflection;
using Xmtp.Cli.Cheats;
using Xmtp.Cli.Outline;

namespace Xmtp.Cli.Manual;

/// <summary>The manual page, made from the verbs and options that there are.</summary>
internal static class ManualPage
{
    private static readonly (string Name, string Meaning)[] s_variables =
    [
        ("XMTP_NODE", "The node to talk to, where --node says nothing."),
        ("XMTP_…", "Options of `xmtp node run`, each under the name that its help tells."),
        ("NO_COLOR", "When not empty, no colours and no progress bar."),
        ("TERM", "The same when it is dumb."),
        ("XDG_CONFIG_HOME", "Where the key file is, in the folder xmtp; ~/.config when not set."),
        ("XDG_CACHE_HOME", "Where the one native file keeps what it unpacks, in the folder xmtp; ~/.cache when not set."),
    ];

    private static readonly (string Name, string Meaning)[] s_files =
    [
        ("~/.config/xmtp/wallet.json", "The wallet's private key, in a Web3 Secret Storage file that a passphrase opens. All that another machine needs."),
        ("~/.cache/xmtp", "May be removed at any time."),
        ("xmtp-data", "Where `xmtp node run` keeps its store and its key, unless --data-dir says otherwise."),
    ];

    /// <summary>Writes the page in roff, with the macros of man(7).</summary>
    public static string Of(RootCommand root)
    {
        var outline = VerbOutline.Of(root);
        var page = new Roff();
        page.Title("XMTP", 1, $"xmtp {Version}");
        page.Section("NAME");
        page.Raw("xmtp \\- end\\-to\\-end encrypted messages between wallets: send, read, and run the network");
        page.Section("SYNOPSIS");
        page.Raw("\\fBxmtp\\fR \\fIverb\\fR [\\fIarguments\\fR] [\\fIoptions\\fR]");
        page.Section("DESCRIPTION");
        foreach (var paragraph in outline.Description.ReplaceLineEndings("\n").Split("\n\n")) page.Paragraph(paragraph);
        page.Section("VERBS");
        foreach (var verb in outline.Leaves)
        {
            page.Subsection($"xmtp {verb.Synopsis}");
            page.Paragraph(verb.Description);
            foreach (var argument in verb.Arguments.Where(static argument => argument.Description.Length > 0)) page.Item(argument.Synopsis, argument.Description);
            WriteOptions(page, verb.Options);
        }

        page.Section("OPTIONS OF EVERY VERB");
        WriteOptions(page, VerbOutline.CommonOptions(root));
        page.Section("EXIT STATUS");
        foreach (var (code, meaning) in ExitCodes.All) page.Item($"{code}", meaning);
        page.Section("ENVIRONMENT");
        foreach (var (name, meaning) in s_variables) page.Item(name, meaning);
        page.Section("FILES");
        foreach (var (name, meaning) in s_files) page.Item(name, meaning);
        page.Section("EXAMPLES");
        foreach (var sheet in CheatSheets.All)
        {
            page.Subsection(sheet.Title);
            foreach (var line in sheet.Lines) page.Example(line.What, line.Command);
        }

        return page.ToString();
    }

    private static string Version => typeof(ManualPage).Assembly.GetName().Version?.ToString(3)
        ?? typeof(ManualPage).Assembly.GetCustomAttribute<AssemblyInformationalVersionAttribute>()!.InformationalVersion;

    private static void WriteOptions(Roff page, IEnumerable<OptionOutline> options)
    {
        foreach (var option in options) page.Item(string.Join(", ", [.. option.Aliases, option.Synopsis]), option.Explanation);
    }
}
