using System.Text;
using Xmtp.Cli.Outline;

namespace Xmtp.Cli.Completions;

/// <summary>The script for fish.</summary>
internal static class FishScript
{
    public static string Of(CompletionWords words)
    {
        var script = new StringBuilder("""
            # fish completion for xmtp. In ~/.config/fish/config.fish:  xmtp completions fish | source
            function __xmtp_verb
                set -l verb
                set -l skip 0
                for word in (commandline -opc)[2..]
                    if test $skip = 1
                        set skip 0
                        continue
                    end
                    switch $word

            """.ReplaceLineEndings("\n"));
        script.Append($"            case {string.Join(' ', words.WithValues.Select(static option => option.Name))}\n                set skip 1\n                continue\n            case '-*'\n                continue\n        end\n");
        script.Append("        switch (string join ' ' $verb $word)\n");
        foreach (var verb in words.Verbs.Where(static verb => verb.Path.Count > 0)) script.Append($"            case {Quote(verb.Name)}\n                set verb {verb.Name}\n");
        script.Append("        end\n    end\n    test \"$verb\" = \"$argv\"\nend\ncomplete -c xmtp -f\n");
        foreach (var option in words.Options) script.Append($"complete -c xmtp {Describe(option)}\n");
        foreach (var verb in words.Verbs)
        {
            var condition = $"complete -c xmtp -n {Quote($"__xmtp_verb {verb.Name}".TrimEnd())}";
            foreach (var (word, description) in CompletionWords.WordsOf(verb)) script.Append($"{condition} -a {Quote(word)}{(description.Length == 0 ? "" : $" -d {Quote(description)}")}\n");
            foreach (var option in verb.Options) script.Append($"{condition} {Describe(option)}\n");
        }

        return script.ToString();
    }

    private static string Describe(OptionOutline option)
    {
        var names = string.Join(' ', option.Aliases.Prepend(option.Name).Select(static name => name.StartsWith("--", StringComparison.Ordinal) ? $"-l {name[2..]}" : $"-s {Quote(name[1..])}"));
        var value = option.ValueName is null || option.IsValueOptional ? "" : option.Choices.Count > 0 ? $" -xa {Quote(string.Join(' ', option.Choices))}" : option.TakesPath ? " -rF" : " -x";
        return $"{names}{value} -d {Quote(CompletionWords.FirstSentence(option.Description))}";
    }

    private static string Quote(string text) => $"'{text.Replace("\\", "\\\\", StringComparison.Ordinal).Replace("'", "\\'", StringComparison.Ordinal)}'";
}
