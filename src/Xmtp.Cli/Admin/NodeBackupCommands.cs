using System.CommandLine;
using System.Globalization;
using Xmtp.Cli.Commands;
using Xmtp.Cli.Output;
using Xmtp.Node.Backup;

namespace Xmtp.Cli.Admin;

/// <summary><c>xmtp node backup</c> and <c>xmtp node restore</c>.</summary>
internal static class NodeBackupCommands
{
    private const string BytesHeader = "Xmtp-Backup-Bytes";
    private const string DataDirectoryName = "--data-dir";

    public static Command Backup()
    {
        var file = new Argument<FileInfo>("file") { Description = "The archive to write; it does not exist yet." };
        var directory = new Option<DirectoryInfo?>(DataDirectoryName) { Description = "Data directory of a node that is stopped. Without it the running node at --admin is asked.", HelpName = "path" };
        var withKey = new Option<bool>("--with-key") { Description = "Put the node's key into it too. Whoever has the archive can be the node then." };
        var command = new Command("backup", "Copy a node's data, as of one moment, into one archive, and verify it.") { file, directory, withKey };
        AdminOptions.AddTo(command);
        command.Run(async (parsed, console, cancellationToken) =>
        {
            var target = parsed.GetRequiredValue(file);
            await NewFile.WriteAsync(target, async stream =>
            {
                if (parsed.GetValue(directory) is { } stopped) await WriteStoppedAsync(stopped, stream, parsed.GetValue(withKey), console, cancellationToken);
                else await WriteRunningAsync(parsed, stream, parsed.GetValue(withKey), console, cancellationToken);
            }, async stream =>
            {
                var checking = new TransferProgress(console, "verified", TimeProvider.System);
                var manifest = await BackupReader.ReadAsync(stream, open: null, checking.Bytes, cancellationToken);
                Show(console, target, null, manifest);
            });
            if (!parsed.GetValue(withKey)) console.Progress("The node's key is not in it. Keep a copy of node.key apart: the backup is of no use to a node without it.");
            return ExitCode.Success;
        });
        return command;
    }

    public static Command Restore()
    {
        var file = new Argument<FileInfo>("file") { Description = "The archive." };
        var directory = new Option<DirectoryInfo>(DataDirectoryName) { Description = "Where to: a directory that does not exist, or is empty. Nothing is overwritten.", HelpName = "path", Required = true };
        var key = new Option<FileInfo?>("--key") { Description = "The node's key file, for an archive without it.", HelpName = "path" };
        var command = new Command("restore", "Put a backup into a new data directory, after checking every byte and every entry of it.") { file, directory, key };
        command.Run(async (parsed, console, cancellationToken) =>
        {
            var source = parsed.GetRequiredValue(file);
            var target = parsed.GetRequiredValue(directory);
            var progress = new TransferProgress(console, "restored", TimeProvider.System);
            try
            {
                await using var stream = new FileStream(source.FullName, FileMode.Open, FileAccess.Read, FileShare.Read, 1 << 16, FileOptions.Asynchronous | FileOptions.SequentialScan);
                var manifest = await BackupRestorer.RunAsync(stream, target.FullName, parsed.GetValue(key)?.FullName, progress.Bytes, cancellationToken);
                Show(console, source, target.FullName, manifest);
                if (!manifest.WithKey && parsed.GetValue(key) is null)
                    console.Progress($"The node's key is not there yet: put node.key of node {manifest.Node} into {target.FullName} before the node starts, or it becomes another node that refuses this store.");
                return ExitCode.Success;
            }
            catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
            {
                throw NewFile.Failed(failure);
            }
        });
        return command;
    }

    private static async Task WriteStoppedAsync(DirectoryInfo directory, Stream stream, bool withKey, CliConsole console, CancellationToken cancellationToken)
    {
        await using var node = StoppedNode.Open(directory.FullName);
        await using var taken = await node.Writer(TimeProvider.System).TakeAsync(withKey ? node.KeyFile : null, cancellationToken);
        var (total, progress) = (taken.Files.Sum(static file => file.Length), new TransferProgress(console, "written", TimeProvider.System));
        await taken.WriteAsync(stream, written => progress.Bytes(written, total), cancellationToken);
    }

    private static async Task WriteRunningAsync(ParseResult parsed, Stream stream, bool withKey, CliConsole console, CancellationToken cancellationToken)
    {
        using var client = AdminOptions.Connect(parsed);
        var progress = new TransferProgress(console, "written", TimeProvider.System);
        await client.OpenAsync(HttpMethod.Post, withKey ? "/v1/backup?key=true" : "/v1/backup", async (response, body) =>
        {
            var total = response.Headers.TryGetValues(BytesHeader, out var values) && long.TryParse(values.First(), NumberStyles.None, CultureInfo.InvariantCulture, out var bytes) ? bytes : 0;
            var buffer = new byte[1 << 16];
            long written = 0;
            for (int count; (count = await body.ReadAsync(buffer, cancellationToken)) > 0; progress.Bytes(written += count, total))
                await stream.WriteAsync(buffer.AsMemory(0, count), cancellationToken);
            return written;
        }, cancellationToken);
    }

    private static void Show(CliConsole console, FileInfo file, string? directory, BackupManifest manifest) => AdminVerb.Show(
        console,
        new BackupOutput(
            file.FullName, directory, manifest.Node, manifest.Network, manifest.Created, manifest.Software, manifest.WithKey, manifest.Files.Count,
            manifest.Files.Sum(static part => part.Length), manifest.Logs.Count, manifest.Logs.Aggregate(0UL, static (sum, log) => sum + log.Entries)),
        AdminOutputJson.Default.BackupOutput,
        static shown => string.Create(
            CultureInfo.InvariantCulture,
            $"{(shown.DataDirectory is null ? "backup" : "restored")} of node {shown.Node[..8]} as of {shown.Created}: {shown.Entries} entries in {shown.Logs} logs, {SizeText.Of(shown.Bytes)}, {(shown.WithKey ? "with" : "without")} its key; every byte was verified"));
}
