using System.Globalization;
using Xmtp.Node.Backup;
using Xmtp.Node.Hosting;
using Xmtp.Node.Options;

namespace Xmtp.Node.Admin;

/// <summary>A consistent copy of a running node, as one archive.</summary>
internal sealed class BackupRoutes(NodeOptions options, NodeHostParts parts, StoreWork work)
{
    private const string MediaType = "application/x-tar";

    public IEnumerable<AdminRoute> All => [new(HttpMethods.Post, "/v1/backup", BackupAsync)];

    private Task<bool> BackupAsync(AdminCall call)
    {
        var withKey = call.Context.Request.Query["key"].ToString() switch
        {
            "" or "false" => false,
            "true" => true,
            _ => throw AdminCall.Invalid("key: must be true or false"),
        };
        return work.RunAsync("backup", async store =>
        {
            call.Logger.OperatorAsked(call.Address, withKey ? "a backup with the node's key" : "a backup");
            var writer = new BackupWriter(store, parts.Key.Id, options.Network.Name, parts.Time);
            var taken = await writer.TakeAsync(withKey ? Path.Combine(Path.GetFullPath(options.DataDirectory), BackupFormat.KeyName) : null, call.Token).ConfigureAwait(false);
            await using (taken.ConfigureAwait(false))
            {
                call.Context.Response.ContentType = MediaType;
                call.Context.Response.Headers["Xmtp-Backup-Bytes"] = taken.Files.Sum(static file => file.Length).ToString(CultureInfo.InvariantCulture);
                await taken.WriteAsync(call.Context.Response.Body, null, call.Token).ConfigureAwait(false);
                call.Logger.OperatorServed("a backup", string.Create(CultureInfo.InvariantCulture, $"{taken.Files.Count} files, {taken.Files.Sum(static file => file.Length)} bytes"));
            }

            return true;
        });
    }
}
