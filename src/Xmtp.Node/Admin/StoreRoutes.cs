using System.Globalization;
using Xmtp.Node.Core;
using Xmtp.Node.Options;

namespace Xmtp.Node.Admin;

/// <summary>Room and retention.</summary>
internal sealed class StoreRoutes(MessageService messages, StoreWork work, TimeProvider time)
{
    public IEnumerable<AdminRoute> All =>
    [
        new(HttpMethods.Post, "/v1/compact", CompactAsync),
        new(HttpMethods.Get, "/v1/retention", WriteRetentionAsync),
        new(HttpMethods.Put, "/v1/retention", ChangeRetentionAsync),
        new(HttpMethods.Post, "/v1/retention/run", RemoveAsync),
    ];

    private async Task CompactAsync(AdminCall call)
    {
        var answer = await work.RunAsync("compaction", async store =>
        {
            call.Logger.OperatorAsked(call.Address, "compaction");
            var (before, started) = (work.MeasureBytes(), time.GetTimestamp());
            await store.CompactAsync(call.Token).ConfigureAwait(false);
            return new CompactAnswer(before, work.MeasureBytes(), (long)time.GetElapsedTime(started).TotalMilliseconds);
        }).ConfigureAwait(false);
        call.Logger.OperatorServed("compaction", string.Create(CultureInfo.InvariantCulture, $"{answer.BytesBefore} bytes before, {answer.BytesAfter} after"));
        await call.WriteAsync(answer, AdminJson.Default.CompactAnswer).ConfigureAwait(false);
    }

    private Task WriteRetentionAsync(AdminCall call)
    {
        var now = messages.Retention;
        return call.WriteAsync(
            new RetentionAnswer(OptionValues.FormatRetention(now.XmtpTopics), OptionValues.FormatRetention(now.OtherTopics)), AdminJson.Default.RetentionAnswer);
    }

    private async Task ChangeRetentionAsync(AdminCall call)
    {
        var change = await call.ReadAsync(AdminJson.Default.RetentionChange).ConfigureAwait(false);
        var before = messages.Retention;
        var after = before with
        {
            XmtpTopics = change.XmtpTopics is { } xmtp ? Parse("xmtpTopics", xmtp) : before.XmtpTopics,
            OtherTopics = change.OtherTopics is { } other ? Parse("otherTopics", other) : before.OtherTopics,
        };
        messages.Retention = after;
        call.Changed("retention of topics /xmtp/", OptionValues.FormatRetention(before.XmtpTopics), OptionValues.FormatRetention(after.XmtpTopics));
        call.Changed("retention of other topics", OptionValues.FormatRetention(before.OtherTopics), OptionValues.FormatRetention(after.OtherTopics));
        await WriteRetentionAsync(call).ConfigureAwait(false);
    }

    private async Task RemoveAsync(AdminCall call)
    {
        call.Logger.OperatorAsked(call.Address, "removal of what has expired");
        var started = time.GetTimestamp();
        var removed = await messages.RemoveExpiredAsync(call.Token).ConfigureAwait(false);
        await call.WriteAsync(new RemovedAnswer(removed, (long)time.GetElapsedTime(started).TotalMilliseconds), AdminJson.Default.RemovedAnswer).ConfigureAwait(false);
    }

    private static TimeSpan? Parse(string member, string text)
    {
        try
        {
            return OptionValues.ParseRetention(text);
        }
        catch (FormatException problem)
        {
            throw AdminCall.Invalid($"{member}: {problem.Message}");
        }
    }
}
