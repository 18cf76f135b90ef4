namespace Xmtp.Node.Lists;

/// <summary>A list that an operator can change while the node runs. It is kept in the file that the option of the same name gives.</summary>
/// <param name="name">Name of the option, and of the list.</param>
/// <param name="path">The file; null when the node was started without one.</param>
/// <param name="parse">The entry in a text as it compares and is shown; null when there is none. Throws when the text is wrong.</param>
/// <param name="read">The entries in force.</param>
/// <param name="apply">Puts the changed file in force.</param>
internal sealed class OperatorList(
    string name, string? path, Func<string, string?> parse, Func<IEnumerable<string>> read, Func<CancellationToken, Task> apply)
{
    /// <summary>Its name.</summary>
    public string Name => name;

    /// <summary>Its file; null when it cannot be changed.</summary>
    public string? Path => path;

    /// <summary>The entries in force, in order.</summary>
    public IReadOnlyList<string> Entries => [.. read().Order(StringComparer.Ordinal)];

    /// <summary>Reads an entry as it compares.</summary>
    /// <exception cref="FormatException">It is none.</exception>
    public string Parse(string text) => parse(text) ?? throw new FormatException("an entry is empty");

    /// <summary>Changes file and list. One call at a time.</summary>
    /// <param name="add">Entries, as <see cref="Parse"/> gives them.</param>
    /// <param name="remove">The same.</param>
    /// <param name="cancellationToken">Gives up waiting; the change is made.</param>
    /// <exception cref="IOException">The file cannot be changed; nothing was.</exception>
    public async Task<(IReadOnlyList<string> Added, IReadOnlyList<string> Removed)> ChangeAsync(
        IReadOnlyCollection<string> add, IReadOnlyCollection<string> remove, CancellationToken cancellationToken)
    {
        var change = ListFileEditor.Change(path!, parse, add, remove);
        if (change.Added.Count + change.Removed.Count > 0) await apply(cancellationToken).ConfigureAwait(false);
        return change;
    }
}
