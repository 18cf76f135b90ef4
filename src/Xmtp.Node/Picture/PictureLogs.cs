using System.Globalization;
using Xmtp.Node.Core.Keys;
using Xmtp.Node.Core.Log;

namespace Xmtp.Node.Picture;

/// <summary>The logs of a picture, each with how far every node has it that answered.</summary>
/// <param name="views">What the picture's nodes hold, by place; null for one that did not answer.</param>
internal sealed class PictureLogs(IReadOnlyList<IReadOnlyDictionary<Hash256, LogView>?> views)
{
    /// <summary>Makes them.</summary>
    /// <param name="places">Where the picture has which node.</param>
    /// <param name="omitted">How many there was no room for.</param>
    public IReadOnlyList<PictureLog> Make(IReadOnlyDictionary<NodeId, int> places, out int omitted)
    {
        var longest = new Dictionary<Hash256, LogView>();
        foreach (var (hash, log) in views.OfType<IReadOnlyDictionary<Hash256, LogView>>().SelectMany(static view => view))
            if (log.Entries > (longest.GetValueOrDefault(hash)?.Entries ?? 0)) longest[hash] = log;
        omitted = Math.Max(0, longest.Count - PictureLimits.LogsMax);
        return
        [
            .. longest.OrderByDescending(static log => log.Value.LastEntryNs ?? 0).ThenBy(static log => log.Key).Take(PictureLimits.LogsMax)
                .Select(log => Draw(log.Key, log.Value, places)),
        ];
    }

    private PictureLog Draw(Hash256 hash, LogView longest, IReadOnlyDictionary<NodeId, int> places) => new(
        hash.ToString(),
        longest.Name.Node.ToString(),
        places.TryGetValue(longest.Name.Node, out var place) ? place : null,
        longest.Name.Shard,
        longest.Name.Incarnation.ToString("x16", CultureInfo.InvariantCulture),
        longest.Entries,
        PictureMaker.Text(longest.LastEntryNs ?? 0) ?? PictureMaker.Text(DateTimeOffset.UnixEpoch),
        views.Any(view => view?.GetValueOrDefault(hash)?.IsFrozen == true),
        [.. views.Select((view, node) => (view, node)).Where(static copy => copy.view is not null).Select(copy => Copy(copy.node, copy.view!.GetValueOrDefault(hash), longest))]);

    private static PictureCopy Copy(int node, LogView? log, LogView longest)
    {
        var missing = longest.Entries - (log?.Entries ?? 0);
        long? lagMs = missing == 0 ? 0 : log?.LastEntryNs is { } last && longest.LastEntryNs is { } newest ? PictureMaker.Older(newest, last) : null;
        return new PictureCopy(node, log?.Entries ?? 0, missing, lagMs);
    }
}
