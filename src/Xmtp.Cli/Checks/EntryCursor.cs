using System.Diagnostics.CodeAnalysis;
using Xmtp.Cli.Nodes;

namespace Xmtp.Cli.Checks;

/// <summary>Goes through one node's copy of a log, entry by entry, up to what the node said that it has.</summary>
internal sealed class EntryCursor(NodeView view, HeldLogState state, IAsyncEnumerator<IReadOnlyList<ReadEntry>> frames) : IAsyncDisposable
{
    private IReadOnlyList<ReadEntry> _frame = [];
    private int _at = -1;

    public NodeView View => view;

    public HeldLogState State => state;

    /// <summary>Where it stands; null before the first entry and after the last.</summary>
    public ReadEntry? Current { get; private set; }

    /// <summary>Whether there is nothing more to read here.</summary>
    [MemberNotNullWhen(false, nameof(Current))]
    public bool HasEnded { get; private set; }

    /// <summary>Goes to the next entry.</summary>
    /// <exception cref="Client.Transport.NodeException">It cannot be read.</exception>
    /// <exception cref="RangeProblemException">What came does not hold.</exception>
    public async Task AdvanceAsync()
    {
        if (Current?.Header.Sequence >= state.Watermark)
        {
            End();
        }
        else if (++_at < _frame.Count || await NextFrameAsync())
        {
            Current = _frame[_at];
        }
        else
        {
            var reached = Current?.Header.Sequence ?? 0;
            End();
            throw new RangeProblemException($"sent {reached} entries of log {state.Name}, and said that it has {state.Watermark}");
        }
    }

    public ValueTask DisposeAsync() => frames.DisposeAsync();

    /// <summary>Reads no further.</summary>
    public void End() => (HasEnded, Current) = (true, null);

    private async Task<bool> NextFrameAsync()
    {
        if (!await frames.MoveNextAsync()) return false;
        (_frame, _at) = (frames.Current, 0);
        return true;
    }
}
