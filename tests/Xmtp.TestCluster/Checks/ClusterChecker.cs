using Xmtp.Node.Core.Keys;
using Xmtp.Node.Core.Log;
using Xmtp.Protocol.MessageApi.V1;
using Xmtp.Protocol.Network.V1;
using Xmtp.TestCluster.Loads;
using Xmtp.TestCluster.Processes;

namespace Xmtp.TestCluster.Checks;

/// <summary>
/// What must hold when the load is stopped and the faults are over: all nodes hold the same logs, entry by entry and byte by byte;
/// no entry that was ever read is gone or other; all that was acknowledged is there, and nothing that nobody published; no
/// log of a correct node is frozen; and readers of each node see each envelope once. What a process was once seen to hold is not
/// read from it again: its head says by the chain that it still holds it.
/// </summary>
/// <param name="ledger">What was published.</param>
public sealed class ClusterChecker(Ledger ledger)
{
    private const int PageSize = 100;

    private readonly Dictionary<Hash256, KnownLog> _logs = [];
    private readonly Dictionary<(int Process, Hash256 Log), ulong> _read = [];
    private readonly Dictionary<(int Process, string Topic), int> _queried = [];
    private readonly HashSet<NodeId> _liars = [];

    /// <summary>Nodes whose logs may be frozen: those that the test itself makes lie.</summary>
    public ICollection<NodeId> Liars => _liars;

    /// <summary>Waits until all running nodes hold the same, and looks at all of it.</summary>
    /// <param name="cluster">The nodes.</param>
    /// <param name="patience">How long they may take.</param>
    /// <exception cref="ClusterCheckException">Something does not hold.</exception>
    /// <exception cref="TimeoutException">They do not come to hold the same.</exception>
    public async Task<CheckReport> CheckAsync(Cluster cluster, TimeSpan patience)
    {
        var nodes = cluster.Running;
        var converged = await Until.TrueAsync(
            async () => (await Task.WhenAll(nodes.Select(DescribeAsync))).Distinct().Count() == 1,
            patience,
            async () => $"the nodes to hold the same:\n{string.Join('\n', await Task.WhenAll(nodes.Select(async node => $"{node.Name}:\n{await DescribeAsync(node)}")))}");
        foreach (var node in nodes) await ReadAsync(node);
        var envelopes = CheckLedger();
        await Task.WhenAll(nodes.Select(node => CheckReadersAsync(node, envelopes)));
        return new CheckReport(converged, _logs.Count, _logs.Values.Sum(static log => (long)log.Count), envelopes.Count);
    }

    /// <summary>What a node holds, one line for each log.</summary>
    private async Task<string> DescribeAsync(ClusterNode node)
    {
        var heads = await node.Network.GetHeadsAsync(new GetHeadsRequest(), deadline: Deadline());
        var lines = heads.Logs.Where(log => log.Watermark > 0 && !_liars.Contains(NameOf(log.Log, out _).Node))
            .Select(static log => $"{NameOf(log.Log, out _)} {log.Watermark} {log.Hash.ToBase64()}{(log.Frozen ? " frozen" : "")}");
        return string.Join('\n', lines.Order(StringComparer.Ordinal));
    }

    private async Task ReadAsync(ClusterNode node)
    {
        using var reader = new LogReader(node.DirectNetworkAddress);
        var heads = await node.Network.GetHeadsAsync(new GetHeadsRequest(), deadline: Deadline());
        foreach (var state in heads.Logs.Where(static log => log.Watermark > 0))
        {
            var name = NameOf(state.Log, out var key);
            if (_liars.Contains(name.Node)) continue;
            if (state.Frozen) throw new ClusterCheckException($"{node.Name}: log {name} of a correct node is frozen");
            var hash = name.ToHash();
            if (!_logs.TryGetValue(hash, out var log)) _logs[hash] = log = new KnownLog(name, key);
            var next = _read.GetValueOrDefault((node.ProcessId!.Value, hash)) + 1;
            if (next <= state.Watermark)
                await foreach (var frame in reader.ReadAsync(hash, next)) log.Take(node.Name, frame, ref next);
            log.RequireHead(node.Name, state.Watermark, state.Hash.Span);
            _read[(node.ProcessId!.Value, hash)] = next - 1;
            if (next <= state.Watermark) throw new ClusterCheckException($"{node.Name}: log {name} ends at {next - 1}, before its head at {state.Watermark}");
            if (next <= log.Count) throw new ClusterCheckException($"{node.Name}: log {name} ends at {next - 1}; it was seen to go on to {log.Count}");
        }

        var held = heads.Logs.Select(static log => NameOf(log.Log, out _).ToHash()).ToHashSet();
        if (_logs.Keys.FirstOrDefault(log => !held.Contains(log)) is var missing && missing != default)
            throw new ClusterCheckException($"{node.Name} does not hold log {_logs[missing].Name}");
    }

    /// <summary>All different envelopes, by topic and in the order of their times.</summary>
    private Dictionary<Hash256, (string Topic, ulong TimeNs)> CheckLedger()
    {
        var found = new Dictionary<Hash256, (string, ulong)>();
        foreach (var log in _logs.Values)
        {
            var inThisLog = new HashSet<Hash256>();
            foreach (var (id, topic, timeNs) in log.Envelopes)
            {
                if (!inThisLog.Add(id)) throw new ClusterCheckException($"log {log.Name} has an envelope of {topic} twice");
                if (ledger.Find(id) is null) throw new ClusterCheckException($"log {log.Name} has an envelope of {topic} that nobody published");
                found[id] = (topic, timeNs);
            }
        }

        var lost = ledger.Attempts.Where(attempt => attempt.IsRequired && !found.ContainsKey(attempt.Id)).ToList();
        if (lost.Count > 0) throw new ClusterCheckException($"{lost.Count} acknowledged envelopes are gone, the first of {lost[0].Topic} at {lost[0].TimeNs}");
        foreach (var id in found.Keys) ledger.Find(id)!.Confirm();
        return found;
    }

    private async Task CheckReadersAsync(ClusterNode node, Dictionary<Hash256, (string Topic, ulong TimeNs)> envelopes)
    {
        foreach (var topic in envelopes.GroupBy(static pair => pair.Value.Topic))
        {
            lock (_queried)
            {
                if (_queried.GetValueOrDefault((node.ProcessId!.Value, topic.Key)) == topic.Count()) continue;
                _queried[(node.ProcessId!.Value, topic.Key)] = topic.Count();
            }

            var expected = topic.OrderBy(static pair => pair.Value.TimeNs).Select(static pair => pair.Key);
            var seen = await QueryAsync(node, topic.Key);
            if (!seen.SequenceEqual(expected)) throw new ClusterCheckException($"{node.Name}: readers of {topic.Key} see {seen.Count} envelopes, not the {topic.Count()} there are, each once and in order");
        }
    }

    private static async Task<List<Hash256>> QueryAsync(ClusterNode node, string topic)
    {
        var seen = new List<Hash256>();
        Cursor? cursor = null;
        do
        {
            var paging = new PagingInfo { Direction = SortDirection.Ascending, Limit = PageSize, Cursor = cursor };
            var page = await node.Api.QueryAsync(new QueryRequest { ContentTopics = { topic }, PagingInfo = paging }, deadline: Deadline());
            seen.AddRange(page.Envelopes.Select(static envelope => EnvelopeId.Of(envelope.ContentTopic, envelope.TimestampNs, envelope.Message.Span)));
            cursor = page.Envelopes.Count == PageSize ? page.PagingInfo.Cursor : null;
        }
        while (cursor is not null);
        return seen;
    }

    private static LogName NameOf(LogDescriptor log, out NodePublicKey key) =>
        NodePublicKey.TryCreate(log.PublicKey.Span, out key!) ? new LogName(key.Id, log.Shard, log.Incarnation) : throw new ClusterCheckException("a log has no key");

    private static DateTime Deadline() => (TimeProvider.System.GetUtcNow() + ClusterNode.Patience).UtcDateTime;
}
