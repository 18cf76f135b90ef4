using System.Text;
using Xmtp.Cli.Outline;

namespace Xmtp.Cli.Completions;

/// <summary>The script for bash.</summary>
internal static class BashScript
{
    public static string Of(CompletionWords words)
    {
        var script = new StringBuilder("""
            # bash completion for xmtp. In ~/.bashrc:  eval "$(xmtp completions bash)"
            _xmtp() {
              local word=${COMP_WORDS[COMP_CWORD]} before=${COMP_WORDS[COMP_CWORD-1]} verb="" offered="" i
              COMPREPLY=()
              # The verb is the longest path of words that is one; words that are values of options do not count.
              for ((i = 1; i < COMP_CWORD; i++)); do
                case "${COMP_WORDS[i]}" in

            """.ReplaceLineEndings("\n"));
        script.Append($"      {string.Join('|', words.WithValues.Select(static option => option.Name))}) ((i++)); continue ;;\n      -*) continue ;;\n    esac\n");
        script.Append("    case \"$verb ${COMP_WORDS[i]}\" in\n");
        foreach (var verb in words.Verbs.Where(static verb => verb.Path.Count > 0)) script.Append($"      \" {verb.Name}\") verb=\" {verb.Name}\" ;;\n");
        script.Append("    esac\n  done\n  case \"$before\" in\n");
        foreach (var alike in words.WithValues.GroupBy(Values)) script.Append($"    {string.Join('|', alike.Select(static option => option.Name))}) {alike.Key}return ;;\n");
        script.Append("  esac\n  case \"$verb\" in\n");
        foreach (var verb in words.Verbs)
        {
            var key = verb.Path.Count == 0 ? "\"\"" : $"\" {verb.Name}\"";
            var offered = string.Join(' ', CompletionWords.WordsOf(verb).Select(static word => word.Word));
            var options = string.Join(' ', words.OptionsOf(verb).Select(static option => option.Name));
            script.Append($"    {key}) offered=\"{offered}\"; [[ $word == -* ]] && offered=\"{options}\" ;;\n");
        }

        script.Append("  esac\n  COMPREPLY=($(compgen -W \"$offered\" -- \"$word\"))\n}\ncomplete -F _xmtp xmtp\n");
        return script.ToString();
    }

    private static string Values(OptionOutline option)
    {
        if (option.Choices.Count > 0) return $"COMPREPLY=($(compgen -W \"{string.Join(' ', option.Choices)}\" -- \"$word\")); ";
        return option.TakesPath ? "compopt -o filenames 2>/dev/null || true; COMPREPLY=($(compgen -f -- \"$word\")); " : "";
    }
}
