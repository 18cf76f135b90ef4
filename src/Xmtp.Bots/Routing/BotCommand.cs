using System.Text;

namespace Xmtp.Bots.Routing;

/// <summary>One command: <c>/remind &lt;minutes&gt; [text…]</c>, what it is for, and who handles it.</summary>
internal sealed class BotCommand
{
    private static readonly char[] Brackets = ['<', '>', '[', ']', '…', '.'];
    private readonly string[] _names;
    private readonly int _required;
    private readonly bool _takesRest;

    /// <exception cref="ArgumentException">The pattern is none.</exception>
    public BotCommand(string pattern, string description, Func<CommandContext, Task> handler)
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(pattern);
        ArgumentNullException.ThrowIfNull(handler);
        var words = pattern.Split(' ', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);
        var arguments = words[1..];
        if (arguments.Any(static word => !(word is ['<', _, .., '>'] or ['[', _, .., ']'])))
            throw new ArgumentException($"'{pattern}': write <name> for an argument that must be given, [name] for one that may.", nameof(pattern));
        _required = arguments.Count(static word => word[0] == '<');
        if (arguments.Take(_required).Any(static word => word[0] == '[')) throw new ArgumentException($"'{pattern}': arguments that may be left out come last.", nameof(pattern));
        _takesRest = arguments.Length > 0 && arguments[^1][1..^1].EndsWith('…');
        _names = [.. arguments.Select(static word => word.Trim(Brackets))];
        (Name, Usage, Description, Handler) = (words[0], string.Join(' ', words), description, handler);
    }

    public string Name { get; }

    public string Usage { get; }

    public string Description { get; }

    public Func<CommandContext, Task> Handler { get; }

    public int IndexOf(string name) => Array.IndexOf(_names, name) is >= 0 and var index
        ? index
        : throw new ArgumentException($"{Usage} has no argument {name}.", nameof(name));

    /// <summary>Whether a text calls this command; upper and lower case are the same.</summary>
    public bool Matches(string text) =>
        text.AsSpan().TrimStart() is var start && start.StartsWith(Name, StringComparison.OrdinalIgnoreCase)
        && (start.Length == Name.Length || char.IsWhiteSpace(start[Name.Length]));

    /// <summary>The arguments in a text that matches.</summary>
    /// <exception cref="CommandUsageException">There are too few or too many.</exception>
    public IReadOnlyList<string> Parse(string text)
    {
        var words = Split(text.AsSpan().TrimStart()[Name.Length..], _takesRest ? _names.Length : int.MaxValue);
        if (words.Count < _required) throw new CommandUsageException($"{_names[words.Count]} is missing.");
        return words.Count <= _names.Length ? words : throw new CommandUsageException("That is more than I understand.");
    }

    private static List<string> Split(ReadOnlySpan<char> text, int wordsMax)
    {
        var words = new List<string>();
        for (text = text.Trim(); !text.IsEmpty; text = text.TrimStart())
        {
            if (words.Count == wordsMax - 1)
            {
                words.Add(text.ToString());
                break;
            }

            var word = new StringBuilder();
            var (quoted, at) = (false, 0);
            for (; at < text.Length && (quoted || !char.IsWhiteSpace(text[at])); at++)
            {
                // Phones write curly quotes.
                if (text[at] is '"' or '“' or '”' or '„') quoted = !quoted;
                else word.Append(text[at]);
            }

            words.Add(word.ToString());
            text = text[at..];
        }

        return words;
    }
}
