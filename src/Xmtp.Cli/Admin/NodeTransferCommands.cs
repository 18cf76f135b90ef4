using System.CommandLine;
using System.Globalization;
using Xmtp.Cli.Commands;
using Xmtp.Cli.Inspection;
using Xmtp.Cli.Output;
using Xmtp.Node.Admin;
using Xmtp.Node.Transfer;
using Xmtp.Protocol.Errors;

namespace Xmtp.Cli.Admin;

/// <summary><c>xmtp node export</c> and <c>xmtp node import</c>.</summary>
internal static class NodeTransferCommands
{
    private const string Suffix = ".partial";
    private const long NanosecondsPerTick = 100;

    public static Command Export()
    {
        var file = new Argument<FileInfo>("file") { Description = "The file to write; it does not exist yet. What an interrupted export left beside it is gone on with." };
        var prefix = new Option<string>("--prefix") { Description = "Only topics that begin with this.", HelpName = "text", DefaultValueFactory = static _ => "" };
        var from = new Option<DateTimeOffset?>("--from") { Description = "Nothing sent before this time (ISO 8601).", HelpName = "time" };
        var to = new Option<DateTimeOffset?>("--to") { Description = "Nothing sent after this time (ISO 8601).", HelpName = "time" };
        var command = new Command("export", "Copy envelopes of a running node into a file that can be verified and imported elsewhere.") { file, prefix, from, to };
        AdminOptions.AddTo(command);
        command.Run(async (parsed, console, cancellationToken) =>
        {
            var wanted = new Wanted(parsed.GetRequiredValue(prefix), parsed.GetValue(from) is { } first ? ToNs(first) : 0, parsed.GetValue(to) is { } last ? ToNs(last) : ulong.MaxValue);
            using var client = AdminOptions.Connect(parsed);
            try
            {
                Show(console, await ExportAsync(client, parsed.GetRequiredValue(file), wanted, console, cancellationToken));
            }
            catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
            {
                throw new InspectException(ErrorCatalogue.StorageFailed, failure.Message, "See to the disk, and run the command again: it goes on where it stopped.");
            }

            return ExitCode.Success;
        });
        return command;
    }

    public static Command Import()
    {
        var file = new Argument<FileInfo>("file") { Description = "A file from `xmtp node export`." };
        var first = new Option<int>("--first-part") { Description = "Begin with this part, after an import that was interrupted. Beginning anew does no harm either.", HelpName = "number", DefaultValueFactory = static _ => 0 };
        var command = new Command("import", "Put exported envelopes into a running node. All of the file is verified first; what the node has already stays as it is.") { file, first };
        AdminOptions.AddTo(command);
        command.Run(async (parsed, console, cancellationToken) =>
        {
            using var client = AdminOptions.Connect(parsed);
            try
            {
                Show(console, await ImportAsync(client, parsed.GetRequiredValue(file), parsed.GetValue(first), console, cancellationToken));
            }
            catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
            {
                throw NewFile.Failed(failure);
            }

            return ExitCode.Success;
        });
        return command;
    }

    private static async Task<TransferOutput> ExportAsync(AdminClient client, FileInfo target, Wanted wanted, CliConsole console, CancellationToken cancellationToken)
    {
        if (target.Exists) throw NewFile.Exists(target);
        var options = new FileStreamOptions { Mode = FileMode.OpenOrCreate, Access = FileAccess.ReadWrite, Options = FileOptions.Asynchronous };
        if (!OperatingSystem.IsWindows()) options.UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite;
        TransferOutput output;
        await using (var stream = new FileStream(target.FullName + Suffix, options))
        {
            var export = new ExportFile(stream);
            await export.RecoverAsync(cancellationToken);
            if (export.Heading is { } heading) await CheckSameAsync(client, heading, wanted, target, cancellationToken);
            if (export.Last is { } last) console.Progress(string.Create(CultureInfo.InvariantCulture, $"exported: going on after part {last.Number}, {export.Envelopes} envelopes"));
            var progress = new TransferProgress(console, "exported", TimeProvider.System);
            if (export.Last is not { IsLast: true })
            {
                await client.OpenAsync(HttpMethod.Get, PathOf(wanted, export.Last), async (_, body) =>
                {
                    while (await TransferFormat.ReadAsync(body, cancellationToken) is { } packed)
                    {
                        await export.AddAsync(packed, cancellationToken);
                        progress.Envelopes(export.Envelopes);
                    }

                    return true;
                }, cancellationToken);
            }

            if (export.Last is not { IsLast: true }) throw new InspectException(ErrorCatalogue.Unavailable, "The node ended the export early.", "Run the command again: it goes on where it stopped.");
            output = Describe(target, export, export.Last.Number + 1, export.Envelopes, 0, stream.Length);
        }

        File.Move(target.FullName + Suffix, target.FullName, overwrite: false);
        return output;
    }

    /// <summary>An export goes on only as it began.</summary>
    private static async Task CheckSameAsync(AdminClient client, TransferLine heading, Wanted wanted, FileInfo target, CancellationToken cancellationToken)
    {
        var status = await client.GetAsync("/v1/status", AdminJson.Default.NodeStatus, cancellationToken);
        if (heading.Node == status.Node && heading.Prefix == wanted.Prefix && heading.FromNs == Text(wanted.FromNs) && heading.ToNs == Text(wanted.ToNs)) return;
        throw new InspectException(
            ErrorCatalogue.OperationRefused, $"{target.FullName}{Suffix} was begun from another node, or for other topics or times.", "Delete it to begin anew, or go on with it as it was begun.");
    }

    private static async Task<TransferOutput> ImportAsync(AdminClient client, FileInfo source, int first, CliConsole console, CancellationToken cancellationToken)
    {
        await using var stream = new FileStream(source.FullName, FileMode.Open, FileAccess.Read, FileShare.Read, 1 << 16, FileOptions.Asynchronous | FileOptions.SequentialScan);
        var verified = new ExportFile(stream);
        while (await verified.ReadAsync(cancellationToken) is not null)
        {
        }

        if (verified.Last is not { IsLast: true } last) throw TransferFormat.Unusable("its last part is missing");
        stream.Position = 0;
        var (sending, sent, taken, refused) = (new ExportFile(stream), 0, 0L, 0L);
        var progress = new TransferProgress(console, $"imported of {verified.Envelopes.ToString(CultureInfo.InvariantCulture)}", TimeProvider.System);
        while (await sending.ReadAsync(cancellationToken) is { } packed)
        {
            if (sending.Last!.Number < first) continue;
            try
            {
                var answer = await client.SendAsync("/v1/import", packed, AdminJson.Default.ImportAnswer, cancellationToken);
                (sent, taken, refused) = (sent + 1, taken + answer.Envelopes, refused + answer.Refused);
            }
            catch (XmtpException failure) when (sent > 0)
            {
                console.Progress(string.Create(CultureInfo.InvariantCulture, $"imported: up to part {sending.Last.Number - 1}; --first-part {sending.Last.Number} goes on there ({failure.Code.Id})"));
                throw;
            }

            progress.Envelopes(taken);
        }

        if (refused > 0) console.Progress(string.Create(CultureInfo.InvariantCulture, $"{refused} envelopes were refused: topics that belong to a wallet whose token does not hold, or that are never stored."));
        return Describe(source, verified, sent, taken, refused, stream.Length);
    }

    private static string PathOf(Wanted wanted, TransferPart? last)
    {
        var path = $"/v1/export?prefix={Uri.EscapeDataString(wanted.Prefix)}&from={Text(wanted.FromNs)}&to={Text(wanted.ToNs)}";
        return last is null ? path : string.Create(CultureInfo.InvariantCulture, $"{path}&number={last.Number + 1}&previous={last.Digest}&after={Uri.EscapeDataString(last.After)}");
    }

    private static TransferOutput Describe(FileInfo file, ExportFile export, int parts, long envelopes, long refused, long bytes) =>
        new(file.FullName, export.Heading!.Node ?? "", export.Heading.Created ?? "", parts, envelopes, refused, bytes, export.Last!.Digest.ToString());

    private static void Show(CliConsole console, TransferOutput output) => AdminVerb.Show(console, output, AdminOutputJson.Default.TransferOutput, static shown => string.Create(
        CultureInfo.InvariantCulture, $"{shown.Envelopes} envelopes in {shown.Parts} parts, {SizeText.Of(shown.Bytes)}; digest {shown.Sha256}"));

    private static ulong ToNs(DateTimeOffset time) => (ulong)Math.Max(0, (time.UtcTicks - DateTimeOffset.UnixEpoch.UtcTicks) * NanosecondsPerTick);

    private static string Text(ulong ns) => ns.ToString(CultureInfo.InvariantCulture);

    private sealed record Wanted(string Prefix, ulong FromNs, ulong ToNs);
}
