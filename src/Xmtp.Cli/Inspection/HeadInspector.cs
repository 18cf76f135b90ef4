using System.Globalization;
using Xmtp.Cli.Nodes;
using Xmtp.Cli.Output;
using Xmtp.Node.Core.Keys;
using Xmtp.Node.Core.Log;
using Xmtp.Protocol.Errors;

namespace Xmtp.Cli.Inspection;

/// <summary>Takes heads and logs apart.</summary>
internal static class HeadInspector
{
    /// <summary>Digits of a head in hex.</summary>
    public const int Digits = 2 * SignedHead.Length;

    /// <summary>A head by itself.</summary>
    /// <param name="bytes">Its bytes.</param>
    /// <param name="key">The originator's key; null when it is not known.</param>
    /// <exception cref="InspectException">These bytes are no head.</exception>
    public static HeadOutput Inspect(ReadOnlySpan<byte> bytes, NodePublicKey? key)
    {
        if (!SignedHead.TryRead(bytes, out var head)) throw NoHead(bytes.Length);
        var verdicts = new Verdicts();
        if (key is null) verdicts.Skip("signature", "the head does not hold the originator's key; give it with --key");
        else AddSignature(verdicts, head, key);
        return Output(head, verdicts);
    }

    /// <summary>The head that a node shows for a log.</summary>
    public static HeadOutput Inspect(HeldLogState log)
    {
        if (log.Head is not { } head) throw new InspectException(ErrorCatalogue.PeerMisbehaved, $"The node shows no head for log {log.Name} that can be read.", "Ask another node with --node.");
        var verdicts = new Verdicts();
        AddSignature(verdicts, head, log.Key);
        verdicts.Add("log", log.Problem is null, log.Problem ?? "it is at the end of what the node holds of the log");
        return Output(head, verdicts);
    }

    /// <summary>A log as a node holds it.</summary>
    /// <param name="log">The log.</param>
    /// <param name="holder">The node.</param>
    /// <param name="first">Its first entry; null when it was not read.</param>
    public static LogOutput Inspect(HeldLogState log, KnownNode holder, EntryHeader? first)
    {
        var verdicts = new Verdicts();
        verdicts.Add("head", log.Problem is null, log.Problem ?? (log.Watermark == 0 ? "there is no entry yet" : $"the originator signed a head at entry {log.Watermark}"));
        return new LogOutput(
            log.Log.ToString(), log.Name.ToString(), log.Name.Node.ToString(), log.Name.Shard, LogReference.IncarnationOf(log), log.Watermark, log.Hash.ToString(), log.IsFrozen,
            first is null ? null : NodeTime.Iso(first.OriginatorTimeNs), log.Head is { } head ? NodeTime.Iso(head.OriginatorTimeNs) : null, holder.Id.ToString(), verdicts.All);
    }

    private static void AddSignature(Verdicts verdicts, SignedHead head, NodePublicKey key)
    {
        if (key.Id != head.Log.Node) verdicts.Add("signature", false, $"the key is that of node {key.Id.ToShortString()}, not of the originator");
        else if (head.IsSignedBy(key)) verdicts.Add("signature", true, "the originator signed it");
        else verdicts.Add("signature", false, "the originator did not sign it");
    }

    private static HeadOutput Output(SignedHead head, Verdicts verdicts) => new(
        head.Log.ToHash().ToString(), head.Log.ToString(), head.Log.Node.ToString(), head.Log.Shard, head.Log.Incarnation.ToString("x16", CultureInfo.InvariantCulture), head.Sequence,
        head.Hash.ToString(), NodeTime.Whole(head.OriginatorTimeNs), NodeTime.Iso(head.OriginatorTimeNs) ?? "", Convert.ToHexStringLower(head.Bytes.Span[^NodePublicKey.SignatureLength..]),
        Convert.ToHexStringLower(head.Bytes.Span), verdicts.All);

    private static InspectException NoHead(int length) => new(
        ErrorCatalogue.MalformedData, length == SignedHead.Length ? "These bytes are no head that this software knows, or one without an entry." : $"These are {length} bytes, and a head has {SignedHead.Length}.",
        "Give a head as `xmtp node inspect head --json` prints its bytes.");
}
