using System.Net;
using System.Text.RegularExpressions;

namespace Xmtp.Site;

/// <summary>Every link of the finished bodies leads to a page and, if it says so, to a place in it.</summary>
internal static partial class LinkCheck
{
    public static IEnumerable<string> Problems(IReadOnlyList<SitePage> pages)
    {
        var anchors = pages.ToDictionary(static page => page.Url, static page => Id().Matches(page.Body).Select(static match => match.Groups["id"].Value).ToHashSet());
        foreach (var page in pages)
            foreach (var target in Href().Matches(page.Body).Select(static match => WebUtility.HtmlDecode(match.Groups["target"].Value)))
            {
                if (target.Contains("://", StringComparison.Ordinal) || target.StartsWith("mailto:", StringComparison.Ordinal)) continue;
                var parts = target.Split('#', 2);
                var url = parts[0].Length == 0 ? page.Url : Urls.Resolve(page.Url, parts[0]);
                if (url is null || !anchors.TryGetValue(url, out var known)) yield return $"{page.Url}: {target} does not exist";
                else if (parts.Length == 2 && !known.Contains(Uri.UnescapeDataString(parts[1]))) yield return $"{page.Url}: {target} has no such heading";
            }
    }

    [GeneratedRegex("\\bid=\"(?<id>[^\"]+)\"")]
    private static partial Regex Id();

    [GeneratedRegex("\\bhref=\"(?<target>[^\"]+)\"")]
    private static partial Regex Href();
}
