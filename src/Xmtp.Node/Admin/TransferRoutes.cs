using System.Globalization;
using Xmtp.Identity;
using Xmtp.Node.Core.Log;
using Xmtp.Node.Core.Queries;
using Xmtp.Node.Hosting;
using Xmtp.Node.Options;
using Xmtp.Node.Picture;
using Xmtp.Node.Transfer;
using Xmtp.Protocol;

namespace Xmtp.Node.Admin;

/// <summary>Envelopes out of this node, and into it.</summary>
internal sealed class TransferRoutes(NodeOptions options, NodeHostParts parts, NodeServices services)
{
    private const string MediaType = "application/gzip";

    private readonly TransferImport _import = new(
        parts.Messages, options.Authentication ? new PublishTokenVerifier(services.Cryptography, services.Time) : null, parts.Lists.Wallets);

    public IEnumerable<AdminRoute> All =>
    [
        new(HttpMethods.Get, "/v1/export", ExportAsync),
        new(HttpMethods.Post, "/v1/import", ImportAsync) { StreamsBody = true },
    ];

    private async Task ExportAsync(AdminCall call)
    {
        var query = call.Context.Request.Query;
        var (range, after) = ReadRange(query);
        var number = query["number"].ToString() is { Length: > 0 } text ? (int)Number("number", text, int.MaxValue) : 0;
        var previous = query["previous"].ToString() is { Length: > 0 } digest ? Digest("previous", digest) : default;
        if (number == 0 != (previous == default) || (number == 0 && after.Length > 0)) throw AdminCall.Invalid("number, previous and after go together: the end of the last part tells them");
        call.Logger.OperatorAsked(call.Address, $"an export of topics {(range.TopicPrefix.Length == 0 ? "of all kinds" : "that begin with a prefix")} from part {number} on");
        call.Context.Response.ContentType = MediaType;
        var writer = new TransferWriter(call.Context.Response.Body, number, previous, after);
        if (number == 0)
        {
            writer.Add(new TransferLine(
                TransferLine.Heading, TransferFormat.Version, parts.Key.Id.ToString(), options.Network.Name, PictureMaker.Text(parts.Time.GetUtcNow()),
                range.TopicPrefix, range.FromNs.ToString(CultureInfo.InvariantCulture), range.ToNs.ToString(CultureInfo.InvariantCulture)));
        }

        await foreach (var envelope in parts.Messages.ExportAsync(range, call.Token).ConfigureAwait(false)) await writer.AddAsync(envelope, call.Token).ConfigureAwait(false);
        await writer.CloseAsync(isLast: true, call.Token).ConfigureAwait(false);
        call.Logger.OperatorServed("an export", string.Create(CultureInfo.InvariantCulture, $"{writer.Envelopes} envelopes"));
    }

    private async Task ImportAsync(AdminCall call)
    {
        call.Logger.OperatorAsked(call.Address, "an import");
        var (count, taken, refused) = (0, 0L, 0L);
        while (await TransferFormat.ReadAsync(call.Context.Request.Body, call.Token).ConfigureAwait(false) is { } packed)
        {
            var part = TransferPart.Read(packed);
            var (stored, notStored) = await _import.AddAsync(part, call.Token).ConfigureAwait(false);
            (count, taken, refused) = (count + 1, taken + stored, refused + notStored);
        }

        call.Logger.OperatorServed("an import", string.Create(CultureInfo.InvariantCulture, $"{taken} envelopes taken, {refused} refused"));
        await call.WriteAsync(new ImportAnswer(count, taken, refused), AdminJson.Default.ImportAnswer).ConfigureAwait(false);
    }

    private static (ExportRange Range, string After) ReadRange(IQueryCollection query)
    {
        var prefix = query["prefix"].ToString();
        if (prefix.Length > Limits.TopicLengthMaxBytes) throw AdminCall.Invalid("prefix: no topic is as long");
        var after = query["after"].ToString();
        var range = new ExportRange
        {
            TopicPrefix = prefix,
            FromNs = query["from"].ToString() is { Length: > 0 } from ? Number("from", from, ulong.MaxValue) : 0,
            ToNs = query["to"].ToString() is { Length: > 0 } to ? Number("to", to, ulong.MaxValue) : ulong.MaxValue,
        };
        if (after.Length == 0) return (range, after);
        var slash = after.IndexOf('/', StringComparison.Ordinal);
        return slash < 0
            ? throw AdminCall.Invalid("after: must be what the end of the last part says")
            : (range with { AfterLog = Digest("after", after[..slash]), AfterSequence = Number("after", after[(slash + 1)..], ulong.MaxValue - 1) }, after);
    }

    private static ulong Number(string name, string text, ulong max) =>
        ulong.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var number) && number <= max ? number : throw AdminCall.Invalid($"{name}: must be a whole number");

    private static Hash256 Digest(string name, string text) => TransferPart.TryRead(text, out var digest) ? digest : throw AdminCall.Invalid($"{name}: must have 64 hex digits");
}
