using Xmtp.Cli.Output;
using Xmtp.Node.Core.Keys;
using Xmtp.Node.Core.Log;

namespace Xmtp.Cli.Checks;

/// <summary>
/// Gathers what is found. A network of hundreds of nodes can have a million things to say: of each kind the first few are kept.
/// Adding is safe for concurrent use.
/// </summary>
internal sealed class CheckReasons
{
    /// <summary>Reasons of one kind that are kept.</summary>
    public const int PerKindMax = 20;

    private readonly Lock _lock = new();
    private readonly List<CheckReason> _kept = [];
    private readonly Dictionary<CheckKind, int> _counts = [];

    /// <summary>The worst that was found.</summary>
    public CheckStatus Worst { get; private set; }

    /// <summary>How many of each kind were found, those that were not kept included.</summary>
    public IReadOnlyDictionary<CheckKind, int> Counts => _counts;

    /// <summary>What is kept, the worst first, and what was left out.</summary>
    public IReadOnlyList<CheckReason> All =>
    [
        .. _kept.OrderByDescending(static reason => reason.Status),
        .. _counts.Where(static count => count.Value > PerKindMax).OrderBy(static count => count.Key)
            .Select(static count => new CheckReason(CheckStatus.Ok, count.Key, $"{count.Value - PerKindMax} more of the kind {CheckReason.NameOf(count.Key)} are left out")),
    ];

    /// <summary>Adds something that needs somebody soon.</summary>
    public void Failed(CheckKind kind, string text, NodeId? node = null, LogName? log = null) => Add(new CheckReason(CheckStatus.Failed, kind, text, node, log));

    /// <summary>Adds something that needs somebody.</summary>
    public void Degraded(CheckKind kind, string text, NodeId? node = null, LogName? log = null) => Add(new CheckReason(CheckStatus.Degraded, kind, text, node, log));

    /// <summary>Adds something worth knowing.</summary>
    public void Note(CheckKind kind, string text, NodeId? node = null, LogName? log = null) => Add(new CheckReason(CheckStatus.Ok, kind, text, node, log));

    private void Add(CheckReason reason)
    {
        using var entered = _lock.EnterScope();
        if (reason.Status > Worst) Worst = reason.Status;
        var count = _counts[reason.Kind] = _counts.GetValueOrDefault(reason.Kind) + 1;
        if (count <= PerKindMax) _kept.Add(reason with { Text = CliConsole.Printable(reason.Text).ReplaceLineEndings(" ") });
    }
}
