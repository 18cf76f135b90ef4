using System.Text;

namespace Xmtp.Cli.Tests.Commands;

/// <summary>As much of a shell's grammar as short examples have: words, quotes, and what separates commands.</summary>
internal static class ShellWords
{
    private const string Separators = "|;&()<>\n";

    /// <summary>The arguments of each call of a program in a line.</summary>
    public static IEnumerable<IReadOnlyList<string>> CallsOf(string line, string program)
    {
        var isFirst = true;
        List<string>? call = null;
        var isFile = false;
        foreach (var word in Words(line))
        {
            if (word.Length == 1 && Separators.Contains(word[0], StringComparison.Ordinal))
            {
                if (call is not null) yield return call;
                (call, isFirst, isFile) = (null, true, word is "<" or ">");
            }
            else if (isFirst)
            {
                // Words of the shell itself stand before a command.
                isFirst = !isFile && word is "do" or "then" or "while";
                if (!isFile && word == program) call = [];
                isFile = false;
            }
            else
            {
                call?.Add(word);
            }
        }

        if (call is not null) yield return call;
    }

    private static IEnumerable<string> Words(string line)
    {
        // A command inside quotes, $( … ), is a command all the same.
        line = line.Replace("\"$(", "(", StringComparison.Ordinal).Replace(")\"", ")", StringComparison.Ordinal).Replace("$?", "0", StringComparison.Ordinal);
        var word = new StringBuilder();
        var isWord = false;
        var quote = '\0';
        foreach (var character in line)
        {
            if (quote != '\0')
            {
                if (character == quote) quote = '\0';
                else word.Append(character);
            }
            else if (character is '"' or '\'')
            {
                (quote, isWord) = (character, true);
            }
            else if (character == ' ' || Separators.Contains(character, StringComparison.Ordinal))
            {
                if (isWord) yield return word.ToString();
                word.Clear();
                isWord = false;
                if (character != ' ') yield return character.ToString();
            }
            else
            {
                word.Append(character);
                isWord = true;
            }
        }

        if (isWord) yield return word.ToString();
    }
}
