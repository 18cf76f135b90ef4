using System.Globalization;
using Xmtp.Cli.Output;

namespace Xmtp.Cli.Inspection;

/// <summary>Things that were taken apart, for people: a field a line, then a verdict a line.</summary>
internal static class InspectForms
{
    private const int NameWidth = 16;
    private const int HexPerLine = 64;

    public static string Of(EntryOutput entry, CliConsole console)
    {
        var fields = new List<(string, string?)>
        {
            ("entry", $"{entry.LogName}/{entry.Sequence}"), ("log", entry.Log), ("originator", entry.Originator), ("shard", Number(entry.Shard)), ("incarnation", entry.Incarnation),
            ("sequence", Number(entry.Sequence)), ("hash", entry.Hash), ("previous hash", entry.PreviousHash), ("kind", entry.Kind), ("topic", entry.Topic),
            ("originator time", $"{entry.OriginatorTime} ({entry.OriginatorTimeNs})"), ("expiry", entry.Expiry is null ? "never" : $"{entry.Expiry} ({entry.ExpiryNs})"), ("sender time", entry.SenderTimeNs),
            ("digest", entry.Digest), ("idempotency key", entry.IdempotencyKey), ("payload hash", entry.PayloadHash), ("payload length", $"{Number((ulong)entry.PayloadLength)} bytes{(entry.Pruned ? ", expired" : "")}"),
            ("token of", entry.TokenWallet), ("read from node", entry.ReadFrom),
        };
        if (entry.Payload is { } payload) fields.AddRange(Convert.ToHexStringLower(Convert.FromBase64String(payload)).Chunk(HexPerLine).Select(static (line, i) => (i == 0 ? "payload" : "", (string?)new string(line))));
        return Sheet(fields, entry.Verdicts, console);
    }

    public static string Of(LogOutput log, CliConsole console) => Sheet(
        [
            ("log", log.Name), ("log hash", log.Log), ("originator", log.Originator), ("shard", Number(log.Shard)), ("incarnation", log.Incarnation), ("watermark", Number(log.Watermark)), ("hash", log.Hash),
            ("frozen", log.Frozen ? console.Red("yes") : "no"), ("first entry", log.FirstTime), ("last entry", log.LastTime), ("held by node", log.HeldBy),
        ], log.Verdicts, console);

    public static string Of(HeadOutput head, CliConsole console) => Sheet(
        [
            ("head of log", head.LogName), ("log hash", head.Log), ("originator", head.Originator), ("shard", Number(head.Shard)), ("incarnation", head.Incarnation), ("sequence", Number(head.Sequence)), ("hash", head.Hash),
            ("originator time", $"{head.OriginatorTime} ({head.OriginatorTimeNs})"), ("signature", head.Signature), ("bytes", head.Bytes),
        ], head.Verdicts, console);

    public static string Of(RecordOutput record, CliConsole console) => Sheet(
        [
            ("record of node", record.Id), ("public key", record.PublicKey), ("network", record.Network), ("nodes dial", record.NodeEndpoint ?? "-"), ("clients dial", record.GrpcEndpoint ?? "-"), ("gRPC-Web", record.GrpcWebEndpoint ?? "-"),
            ("HTTP", record.HttpEndpoint ?? "-"), ("software", record.Software), ("protocol", $"{record.ProtocolMin} to {record.ProtocolMax}"), ("region", record.Region ?? "-"), ("counter", Number(record.Counter)),
            ("issued", $"{record.Issued} ({record.IssuedNs})"), ("expires", $"{record.Expires} ({record.ExpiresNs})"), ("admission proof", record.AdmissionProof ?? "-"), ("leaving", record.Leaving ? "yes" : "no"),
            ("signature", record.Signature), ("bytes", record.Bytes),
        ], record.Verdicts, console);

    /// <summary>All logs of a node.</summary>
    public static string Of(IReadOnlyList<LogOutput> logs, CliConsole console) => TextTable.Of(
        ["LOG", "NAME", "ENTRIES", "LAST ENTRY", "STATE"],
        [.. logs.Select(static log => (IReadOnlyList<string>)[log.Log[..12], log.Name, Number(log.Watermark), log.LastTime ?? "-", log.Verdicts.Any(static verdict => verdict.Holds == false) ? "does not hold" : log.Frozen ? "frozen" : "holds"])],
        (row, column, cell) => row < 0 ? console.Faint(cell) : column < 4 ? cell : cell.StartsWith("holds", StringComparison.Ordinal) ? console.Green(cell) : console.Red(cell));

    private static string Sheet(IEnumerable<(string Name, string? Value)> fields, IReadOnlyList<VerdictOutput> verdicts, CliConsole console) => string.Join(Environment.NewLine,
    [
        .. fields.Where(static field => field.Value is not null).Select((field, i) => $"{console.Faint(field.Name.PadRight(NameWidth))}  {(i == 0 ? console.Bold(CliConsole.Printable(field.Value!)) : CliConsole.Printable(field.Value!))}"),
        .. verdicts.Select(verdict => $"{console.Faint(verdict.Name.PadRight(NameWidth))}  {Verdict(verdict.Holds, console)}: {CliConsole.Printable(verdict.Detail)}"),
    ]);

    private static string Verdict(bool? holds, CliConsole console) => holds switch
    {
        true => console.Green("holds"),
        false => console.Red("does not hold"),
        null => console.Faint("open"),
    };

    private static string Number(ulong number) => number.ToString(CultureInfo.InvariantCulture);
}
