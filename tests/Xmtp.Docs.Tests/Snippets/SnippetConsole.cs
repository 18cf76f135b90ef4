namespace Xmtp.Docs.Tests.Snippets;

/// <summary>What a snippet takes for the console.</summary>
public sealed class SnippetConsole
{
    private readonly Lock _gate = new();
    private readonly List<string> _lines = [];
    private readonly TaskCompletionSource _written = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private SnippetConsole? _error;

    /// <summary>After how many lines <see cref="WriteLine"/> ends the snippet, which may go on for ever otherwise.</summary>
    public int? LinesMax { get; set; }

    /// <summary>Everything written so far.</summary>
    public IReadOnlyList<string> Lines
    {
        get
        {
            lock (_gate) return [.. _lines];
        }
    }

    /// <summary>What a snippet takes for standard error.</summary>
    public SnippetConsole Error => _error ??= new SnippetConsole();

    /// <summary>Completes with the first line.</summary>
    public Task Written => _written.Task;

    public void WriteLine(object? line)
    {
        int count;
        lock (_gate)
        {
            _lines.Add($"{line}");
            count = _lines.Count;
        }

        _written.TrySetResult();
        if (count == LinesMax) throw new SnippetEndedException();
    }
}
