using System.Collections.Concurrent;
using Google.Protobuf;
using Xmtp.Node.Core.Keys;
using Xmtp.Node.Core.Log;
using Xmtp.Protocol.Network.V1;

namespace Xmtp.Cli.Nodes;

/// <summary>Reads what nodes say of the logs they hold. A head is checked once, however many nodes show it. Safe for concurrent use.</summary>
internal sealed class HeadListReader
{
    /// <summary>Logs that are looked at of one node.</summary>
    public const int LogsMax = 65_536;

    private readonly ConcurrentDictionary<ByteString, NodePublicKey?> _keys = new();
    private readonly ConcurrentDictionary<ByteString, bool> _signed = new();

    /// <summary>Reads an answer.</summary>
    /// <param name="response">The answer.</param>
    /// <param name="problems">What cannot be read of it.</param>
    public IReadOnlyDictionary<Hash256, HeldLogState> Read(GetHeadsResponse response, out IReadOnlyList<string> problems)
    {
        var logs = new Dictionary<Hash256, HeldLogState>();
        var found = new List<string>();
        if (response.Logs.Count > LogsMax) found.Add($"it names {response.Logs.Count} logs; {LogsMax} are looked at");
        foreach (var state in response.Logs.Take(LogsMax))
        {
            if (Read(state, out var problem) is not { } log) found.Add($"one of its logs cannot be read: {problem}");
            else if (!logs.TryAdd(log.Log, log)) found.Add($"it names log {log.Name} twice");
        }

        problems = found;
        return logs;
    }

    /// <summary>Reads one log; null when it has no name.</summary>
    public HeldLogState? Read(LogState state, out string? problem)
    {
        problem = "it has no originator's key";
        if (state.Log is null || state.Log.PublicKey.Length != NodePublicKey.Length) return null;
        if (_keys.GetOrAdd(state.Log.PublicKey, static bytes => NodePublicKey.TryCreate(bytes.Span, out var key) ? key : null) is not { } originator) return null;
        problem = null;
        var name = new LogName(originator.Id, state.Log.Shard, state.Log.Incarnation);
        var hash = state.Hash.Length == Hash256.Length ? new Hash256(state.Hash.Span) : default;
        SignedHead.TryRead(state.Head.Span, out var head);
        return new HeldLogState(name, originator, state.Watermark, hash, head, state.Frozen, ProblemOf(state, name, originator, head));
    }

    private string? ProblemOf(LogState state, LogName name, NodePublicKey originator, SignedHead? head)
    {
        if (state.Watermark == 0) return state.Head.IsEmpty ? null : "it shows a head where it has no entry";
        if (state.Hash.Length != Hash256.Length) return "the hash at its end has another length";
        if (head is null) return "its head cannot be read";
        if (head.Log != name) return "its head is of another log";
        if (head.Sequence != state.Watermark) return $"its head is at entry {head.Sequence}, and it says that it has all up to {state.Watermark}";
        if (head.Hash.CompareTo(new Hash256(state.Hash.Span)) != 0) return "its head has another hash than it says";
        return _signed.GetOrAdd(state.Head, _ => head.IsSignedBy(originator)) ? null : "the originator did not sign its head";
    }
}
