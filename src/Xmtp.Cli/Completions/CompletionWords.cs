using System.CommandLine;
using Xmtp.Cli.Outline;

namespace Xmtp.Cli.Completions;

/// <summary>What can stand where on the command line. Scripts hold all of it, so that completing starts no process.</summary>
/// <param name="Verbs">Every verb with what can follow it.</param>
/// <param name="Options">The options of every verb, <c>--help</c> among them.</param>
internal sealed record CompletionWords(IReadOnlyList<VerbOutline> Verbs, IReadOnlyList<OptionOutline> Options)
{
    /// <summary>Takes the words from the command itself.</summary>
    public static CompletionWords Of(RootCommand root)
    {
        var outline = VerbOutline.Of(root);
        return new CompletionWords([.. outline.All], VerbOutline.CommonOptions(root));
    }

    /// <summary>All options that can stand after a verb.</summary>
    public IEnumerable<OptionOutline> OptionsOf(VerbOutline verb) => verb.Options.Concat(Options);

    /// <summary>Words that can follow a verb, other than options.</summary>
    public static IEnumerable<(string Word, string Description)> WordsOf(VerbOutline verb) => verb.Verbs
        .Select(static inner => (inner.Path[^1], FirstSentence(inner.Description)))
        .Concat(verb.Arguments.SelectMany(static argument => argument.Choices).Select(static choice => (choice, "")));

    /// <summary>Every option of the command that takes a value, each once by its names.</summary>
    public IEnumerable<OptionOutline> WithValues => Verbs.SelectMany(static verb => verb.Options).Concat(Options).Where(static option => option is { ValueName: not null, IsValueOptional: false }).DistinctBy(static option => option.Name);

    /// <summary>What a list of words has room for.</summary>
    public static string FirstSentence(string text)
    {
        var line = text.ReplaceLineEndings("\n").Split('\n')[0];
        var end = line.IndexOf(". ", StringComparison.Ordinal);
        return (end < 0 ? line : line[..end]).TrimEnd('.', ':');
    }
}
