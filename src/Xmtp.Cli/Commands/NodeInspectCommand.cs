using System.CommandLine;
using System.CommandLine.Parsing;
using Xmtp.Cli.Inspection;
using Xmtp.Cli.Nodes;
using Xmtp.Cli.Output;
using Xmtp.Node.Core.Keys;
using Xmtp.Protocol.Errors;

namespace Xmtp.Cli.Commands;

/// <summary><c>xmtp node inspect entry|log|head|record</c>.</summary>
internal static class NodeInspectCommand
{
    private const int NodeIdDigits = 64;

    public static Command Create() => new("inspect", "Take apart and verify what nodes keep: an entry, a log, a head, a node's record.") { Entry(), Log(), Head(), Record() };

    private static Command Entry()
    {
        var entry = new Argument<(LogReference Log, ulong Sequence)>("log/sequence")
        {
            Description = $"The entry: {LogReference.Forms}, and a number behind it.",
            CustomParser = static result =>
            {
                if (LogReference.TryParseEntry(result.Tokens[0].Value, out var log, out var sequence)) return (log, sequence);
                result.AddError($"'{result.Tokens[0].Value}' is no entry; give {LogReference.Forms}, then / and a number from 1.");
                return default;
            },
        };
        var payload = new Option<bool>("--payload") { Description = "Show the payload too, which is ciphertext and perhaps a publish token." };
        var command = new Command("entry", "Show one entry of a log and what holds of it.") { entry, payload };
        command.Run((parsed, console, cancellationToken) => AskAsync(parsed, console, async node =>
        {
            var (log, sequence) = parsed.GetRequiredValue(entry);
            var found = log.FindIn(await node.GetLogsAsync(cancellationToken));
            var output = await new EntryInspector(node, TimeProvider.System).InspectAsync(found, sequence, parsed.GetValue(payload), cancellationToken);
            console.Result(output, CliJson.Default.EntryOutput, shown => InspectForms.Of(shown, console));
            return CodeOf(output.Verdicts);
        }, cancellationToken));
        return command;
    }

    private static Command Log()
    {
        var log = new Argument<LogReference?>("log") { Description = $"The log: {LogReference.Forms}. All of them without it.", Arity = ArgumentArity.ZeroOrOne, CustomParser = ParseLog };
        var command = new Command("log", "Show a log as a node holds it, or all of them.") { log };
        command.Run((parsed, console, cancellationToken) => AskAsync(parsed, console, async node =>
        {
            var logs = await node.GetLogsAsync(cancellationToken);
            if (parsed.GetValue(log) is { } reference)
            {
                var found = reference.FindIn(logs);
                var output = HeadInspector.Inspect(found, node.Self, await FirstAsync(node, found, console, cancellationToken));
                console.Result(output, CliJson.Default.LogOutput, shown => InspectForms.Of(shown, console));
                return CodeOf(output.Verdicts);
            }

            var all = logs.Select(held => HeadInspector.Inspect(held, node.Self, null)).ToList();
            if (console.Json) all.ForEach(output => console.Result(output, CliJson.Default.LogOutput, static _ => ""));
            else console.Raw(InspectForms.Of(all, console) + Environment.NewLine);
            return CodeOf(all.SelectMany(static output => output.Verdicts));
        }, cancellationToken));
        return command;
    }

    private static Command Head()
    {
        var head = new Argument<string>("log or head") { Description = "A log, whose head the node shows; or a head's bytes in hex, or - to read them from standard input: no node is asked then." };
        var key = new Option<NodePublicKey?>("--key") { Description = "The originator's public key, 130 hex digits, to check a head without a node.", HelpName = "hex", CustomParser = ParseKey };
        var command = new Command("head", "Show a signed head and what holds of it.") { head, key };
        command.Run(async (parsed, console, cancellationToken) =>
        {
            var text = await OfflineText.ReadAsync(parsed.GetRequiredValue(head), HeadInspector.Digits, cancellationToken);
            if (text.IsOffline) return Show(HeadInspector.Inspect(text.FromHex(), parsed.GetValue(key)));
            if (!LogReference.TryParse(text.Value, out var log)) throw new InspectException(ErrorCatalogue.OptionsInvalid, $"'{text.Value}' is neither a log nor a head.", $"Give {LogReference.Forms}, or {HeadInspector.Digits} hex digits.");
            return await AskAsync(parsed, console, async node => Show(HeadInspector.Inspect(log.FindIn(await node.GetLogsAsync(cancellationToken)))), cancellationToken);

            int Show(HeadOutput output)
            {
                console.Result(output, CliJson.Default.HeadOutput, shown => InspectForms.Of(shown, console));
                return CodeOf(output.Verdicts);
            }
        });
        return command;
    }

    private static Command Record()
    {
        var record = new Argument<string>("node or record") { Description = "A node's id or the beginning of it; or a record's bytes in base64, or - to read them from standard input: no node is asked then." };
        var command = new Command("record", "Show a node's record and what holds of it.") { record };
        command.Run(async (parsed, console, cancellationToken) =>
        {
            var text = await OfflineText.ReadAsync(parsed.GetRequiredValue(record), NodeIdDigits + 1, cancellationToken);
            if (text.IsOffline) return Show(new RecordInspector(TimeProvider.System).Inspect(text.FromBase64()));
            return await AskAsync(parsed, console, node => Task.FromResult(Show(new RecordInspector(TimeProvider.System).Inspect(Find(node.Peers, text.Value).Signed, node.Peers.Network))), cancellationToken);

            int Show(RecordOutput output)
            {
                console.Result(output, CliJson.Default.RecordOutput, shown => InspectForms.Of(shown, console));
                return CodeOf(output.Verdicts);
            }
        });
        return command;
    }

    private static async Task<int> AskAsync(ParseResult parsed, CliConsole console, Func<AskedNode, Task<int>> ask, CancellationToken cancellationToken)
    {
        await using var node = await AskedNode.ConnectAsync(GlobalOptions.NodeOf(parsed), TimeProvider.System, cancellationToken);
        foreach (var problem in node.Peers.Problems) console.Progress($"The node's answer cannot be right: {problem}.");
        return await ask(node);
    }

    /// <summary>When a log began is worth a look, and not worth a failure.</summary>
    private static async Task<Node.Core.Log.EntryHeader?> FirstAsync(AskedNode node, HeldLogState log, CliConsole console, CancellationToken cancellationToken)
    {
        try
        {
            await foreach (var frame in node.ReadRangeAsync(log, 1, cancellationToken)) return RangeCheck.Check(frame, log, null, 1)[0].Header;
            console.Progress("The node gives no entries to this machine; when the log began is not known.");
        }
        catch (Exception failure) when (failure is XmtpException or RangeProblemException)
        {
            console.Progress($"The first entry cannot be read: {CliConsole.Printable(failure.Message)}");
        }

        return null;
    }

    private static KnownNode Find(PeerList peers, string prefix)
    {
        var found = peers.Nodes.Where(node => node.Id.ToString().StartsWith(prefix, StringComparison.OrdinalIgnoreCase)).ToList();
        return found.Count switch
        {
            1 => found[0],
            0 => throw new InspectException(ErrorCatalogue.NotFound, $"The node knows no node '{prefix}'.", "`xmtp node peers` lists those that it knows."),
            _ => throw new InspectException(ErrorCatalogue.OptionsInvalid, $"'{prefix}' can be {found.Count} nodes.", "Write more of it."),
        };
    }

    private static LogReference? ParseLog(ArgumentResult result)
    {
        if (result.Tokens.Count == 0) return null;
        if (LogReference.TryParse(result.Tokens[0].Value, out var log)) return log;
        result.AddError($"'{result.Tokens[0].Value}' is no log; give {LogReference.Forms}.");
        return null;
    }

    private static NodePublicKey? ParseKey(ArgumentResult result)
    {
        var text = result.Tokens.Count == 1 ? result.Tokens[0].Value : "";
        var bytes = new byte[NodePublicKey.Length];
        if (text.Length == 2 * bytes.Length && Convert.FromHexString(text, bytes, out _, out _) == System.Buffers.OperationStatus.Done && NodePublicKey.TryCreate(bytes, out var key)) return key;
        result.AddError("--key: that is no public key of a node: 130 hex digits, beginning with 04.");
        return null;
    }

    private static int CodeOf(IEnumerable<VerdictOutput> verdicts) => verdicts.Any(static verdict => verdict.Holds == false) ? ExitCode.Refused : ExitCode.Success;
}
