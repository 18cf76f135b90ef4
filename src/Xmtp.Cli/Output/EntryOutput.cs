namespace Xmtp.Cli.Output;

/// <summary>An entry of a log. Times are nanoseconds since 1970 as decimal text, and the same in ISO 8601; hashes are hex.</summary>
/// <param name="Log">Hash of the log's name.</param>
/// <param name="LogName">Originator, shard and incarnation, shortened.</param>
/// <param name="Originator">Id of the node that wrote it.</param>
/// <param name="Shard">Which of its writers.</param>
/// <param name="Incarnation">Incarnation of the log, 16 hex digits.</param>
/// <param name="Sequence">Number in the log.</param>
/// <param name="Hash">Hash of its header.</param>
/// <param name="PreviousHash">Hash of the header before it, as it says.</param>
/// <param name="Kind">What it holds.</param>
/// <param name="Topic">The topic.</param>
/// <param name="OriginatorTimeNs">When it was written.</param>
/// <param name="OriginatorTime">The same.</param>
/// <param name="ExpiryNs">When its payload may go; null for never.</param>
/// <param name="Expiry">The same.</param>
/// <param name="SenderTimeNs">Time that the sender chose.</param>
/// <param name="Digest">SHA-256 over topic and message.</param>
/// <param name="IdempotencyKey">What makes a repeat of it a repeat.</param>
/// <param name="PayloadHash">SHA-256 of the payload.</param>
/// <param name="PayloadLength">Its length in bytes.</param>
/// <param name="Pruned">Whether the payload has expired where it was read.</param>
/// <param name="TokenWallet">Wallet that signed the publish token in it; null without a token that holds.</param>
/// <param name="Payload">The payload, base64; null unless asked for.</param>
/// <param name="ReadFrom">Id of the node that it was read from.</param>
/// <param name="Verdicts">What was verified.</param>
public sealed record EntryOutput(
    string Log, string LogName, string Originator, uint Shard, string Incarnation, ulong Sequence, string Hash, string PreviousHash, string Kind, string Topic,
    string OriginatorTimeNs, string OriginatorTime, string? ExpiryNs, string? Expiry, string SenderTimeNs, string Digest, string IdempotencyKey, string PayloadHash,
    int PayloadLength, bool Pruned, string? TokenWallet, string? Payload, string ReadFrom, IReadOnlyList<VerdictOutput> Verdicts);
