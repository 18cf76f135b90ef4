using System.CommandLine;

namespace Xmtp.Cli.Outline;

/// <summary>A verb as people see it: what completions, the manual page and the reference are made of.</summary>
/// <param name="Path">Its words without <c>xmtp</c>; none for the command itself.</param>
/// <param name="Description">What it does.</param>
/// <param name="Arguments">What it takes beside options.</param>
/// <param name="Options">Its own options, without those of every verb.</param>
/// <param name="Verbs">The verbs below it.</param>
internal sealed record VerbOutline(
    IReadOnlyList<string> Path, string Description, IReadOnlyList<ArgumentOutline> Arguments, IReadOnlyList<OptionOutline> Options, IReadOnlyList<VerbOutline> Verbs)
{
    /// <summary>The path as text.</summary>
    public string Name => string.Join(' ', Path);

    /// <summary>How it is called, without options.</summary>
    public string Synopsis => string.Join(' ', [.. Path, .. Arguments.Select(static argument => argument.Synopsis)]);

    /// <summary>It and all verbs below it that do something, in their order.</summary>
    public IEnumerable<VerbOutline> Leaves => Verbs.Count == 0 ? [this] : Verbs.SelectMany(static verb => verb.Leaves);

    /// <summary>It and all verbs below it.</summary>
    public IEnumerable<VerbOutline> All => Verbs.SelectMany(static verb => verb.All).Prepend(this);

    /// <summary>Outlines a command.</summary>
    public static VerbOutline Of(RootCommand root) => Of(root, []);

    /// <summary>The options of every verb.</summary>
    public static IReadOnlyList<OptionOutline> CommonOptions(RootCommand root) => [.. root.Options.Where(static option => option is { Hidden: false, Recursive: true }).Select(OptionOutline.Of)];

    private static VerbOutline Of(Command command, IReadOnlyList<string> path) => new(
        path,
        command.Description ?? "",
        [.. command.Arguments.Where(static argument => !argument.Hidden).Select(ArgumentOutline.Of)],
        [.. command.Options.Where(static option => option is { Hidden: false, Recursive: false }).Select(OptionOutline.Of)],
        [.. command.Subcommands.Where(static verb => !verb.Hidden).Select(verb => Of(verb, [.. path, verb.Name]))]);
}
