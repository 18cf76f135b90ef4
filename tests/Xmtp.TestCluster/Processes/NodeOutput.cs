using System.Diagnostics;
using System.Globalization;

namespace Xmtp.TestCluster.Processes;

/// <summary>What a node's process printed, over all its starts.</summary>
public sealed class NodeOutput
{
    private const int LinesMax = 20_000;

    private readonly Lock _lock = new();
    private readonly Queue<string> _lines = new();

    /// <summary>Takes what a process prints from now on.</summary>
    internal void Follow(Process process, Action<string> also)
    {
        void Keep(object sender, DataReceivedEventArgs line)
        {
            if (line.Data is not { } text) return;
            lock (_lock)
            {
                _lines.Enqueue(text);
                if (_lines.Count > LinesMax) _lines.Dequeue();
            }

            also(text);
        }

        process.OutputDataReceived += Keep;
        process.ErrorDataReceived += Keep;
        process.BeginOutputReadLine();
        process.BeginErrorReadLine();
    }

    /// <summary>How often an event was logged.</summary>
    public int Count(int eventId)
    {
        var mark = Mark(eventId);
        lock (_lock) return _lines.Count(line => line.Contains(mark, StringComparison.Ordinal));
    }

    /// <summary>The newest lines.</summary>
    public IReadOnlyList<string> Last(int count)
    {
        lock (_lock) return [.. _lines.TakeLast(count)];
    }

    internal static string Mark(int eventId) => string.Create(CultureInfo.InvariantCulture, $"[{eventId}]");
}
