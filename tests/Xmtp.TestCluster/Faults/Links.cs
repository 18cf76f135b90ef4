namespace Xmtp.TestCluster.Faults;

/// <summary>The shapes of all directions between nodes. Nodes are numbers; what comes from no node is never disturbed.</summary>
public sealed class Links
{
    /// <summary>Stands for whoever is not a node of the cluster.</summary>
    public const int Outside = -1;

    private readonly Lock _lock = new();
    private readonly Dictionary<(int From, int To), LinkShape> _shapes = [];
    private TaskCompletionSource _changed = New();

    /// <summary>What a direction is like now.</summary>
    public LinkShape this[int from, int to]
    {
        get
        {
            lock (_lock) return _shapes.GetValueOrDefault((from, to), LinkShape.Good);
        }
    }

    /// <summary>Changes one direction.</summary>
    public void SetOneWay(int from, int to, LinkShape shape) => Change(() => _shapes[(from, to)] = shape);

    /// <summary>Changes both directions of a pair.</summary>
    public void Set(int left, int right, LinkShape shape) => Change(() => _shapes[(left, right)] = _shapes[(right, left)] = shape);

    /// <summary>Cuts all links between nodes of different groups.</summary>
    public void Partition(params ReadOnlySpan<int[]> groups)
    {
        var all = groups.ToArray();
        Change(() =>
        {
            for (var i = 0; i < all.Length; i++)
                foreach (var other in all.Skip(i + 1).SelectMany(static group => group))
                    foreach (var node in all[i]) _shapes[(node, other)] = _shapes[(other, node)] = LinkShape.Cut;
        });
    }

    /// <summary>Keeps only the links of each node with its neighbours in a ring.</summary>
    public void Ring(IReadOnlyList<int> nodes) => Change(() =>
    {
        for (var i = 0; i < nodes.Count; i++)
            for (var j = 0; j < nodes.Count; j++)
                if ((j - i + nodes.Count) % nodes.Count is not (0 or 1) && (i - j + nodes.Count) % nodes.Count != 1) _shapes[(nodes[i], nodes[j])] = LinkShape.Cut;
    });

    /// <summary>Makes all links good.</summary>
    public void Heal() => Change(_shapes.Clear);

    /// <summary>Returns when a direction is not cut.</summary>
    public async Task WaitOpenAsync(int from, int to, CancellationToken cancellationToken)
    {
        while (true)
        {
            Task changed;
            lock (_lock)
            {
                if (!_shapes.GetValueOrDefault((from, to), LinkShape.Good).IsCut) return;
                changed = _changed.Task;
            }

            await changed.WaitAsync(cancellationToken);
        }
    }

    private void Change(Action change)
    {
        TaskCompletionSource before;
        lock (_lock)
        {
            change();
            (before, _changed) = (_changed, New());
        }

        before.SetResult();
    }

    private static TaskCompletionSource New() => new(TaskCreationOptions.RunContinuationsAsynchronously);
}
