using System.Text;
using Xmtp.Cli.Outline;

namespace Xmtp.Cli.Completions;

/// <summary>The script for zsh.</summary>
internal static class ZshScript
{
    public static string Of(CompletionWords words)
    {
        var script = new StringBuilder("""
            #compdef xmtp
            # zsh completion for xmtp. In ~/.zshrc, after compinit:  eval "$(xmtp completions zsh)"
            _xmtp() {
              local verb="" i
              local -a offered options
              for ((i = 2; i < CURRENT; i++)); do
                case "${words[i]}" in

            """.ReplaceLineEndings("\n"));
        script.Append($"      {string.Join('|', words.WithValues.Select(static option => option.Name))}) ((i++)); continue ;;\n      -*) continue ;;\n    esac\n");
        script.Append("    case \"$verb ${words[i]}\" in\n");
        foreach (var verb in words.Verbs.Where(static verb => verb.Path.Count > 0)) script.Append($"      \" {verb.Name}\") verb=\" {verb.Name}\" ;;\n");
        script.Append("    esac\n  done\n  case \"${words[CURRENT-1]}\" in\n");
        foreach (var alike in words.WithValues.GroupBy(Values)) script.Append($"    {string.Join('|', alike.Select(static option => option.Name))}) {alike.Key}; return ;;\n");
        script.Append("  esac\n  case \"$verb\" in\n");
        foreach (var verb in words.Verbs)
        {
            var key = verb.Path.Count == 0 ? "\"\"" : $"\" {verb.Name}\"";
            script.Append($"    {key})\n      offered=({string.Join(' ', CompletionWords.WordsOf(verb).Select(static word => Item(word.Word, word.Description)))})\n");
            script.Append($"      options=({string.Join(' ', words.OptionsOf(verb).Select(static option => Item(option.Name, CompletionWords.FirstSentence(option.Description))))}) ;;\n");
        }

        script.Append("  esac\n  if [[ ${words[CURRENT]} == -* ]]; then _describe 'option' options; elif ((${#offered})); then _describe 'word' offered; else _files; fi\n}\ncompdef _xmtp xmtp\n");
        return script.ToString();
    }

    private static string Values(OptionOutline option)
    {
        if (option.Choices.Count > 0) return $"compadd -- {string.Join(' ', option.Choices)}";
        return option.TakesPath ? "_files" : $"_message '{option.ValueName!.Replace("'", "", StringComparison.Ordinal)}'";
    }

    private static string Item(string word, string description)
    {
        var text = description.Replace("'", "’", StringComparison.Ordinal).Replace(":", "\\:", StringComparison.Ordinal);
        return text.Length == 0 ? $"'{word}'" : $"'{word}:{text}'";
    }
}
