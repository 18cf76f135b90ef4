using System.Net;
using System.Text.RegularExpressions;

namespace Xmtp.Site.Content;

/// <summary>
/// Puts drawings into the page, where they take its colours, light or dark. A drawing's own style is for those who see the file alone.
/// Pictures of screens stay files beside the pages.
/// </summary>
internal sealed partial class Figures(SourceTree sources, string path)
{
    public string Inline(string html) => Image().Replace(html, match =>
    {
        var target = Urls.Resolve(path, WebUtility.HtmlDecode(match.Groups["src"].Value));
        if (target is not null && SourceTree.IsPicture(target) && sources.Exists(target)) return $"<figure>{match.Value["<p>".Length..^"</p>".Length]}</figure>";
        if (target is null || !target.EndsWith(".svg", StringComparison.Ordinal) || !sources.Exists(target)) throw new SiteException([$"{path}: the picture {match.Groups["src"].Value} is no drawing of the repository"]);
        var drawing = Prologue().Replace(Style().Replace(sources.Read(target), ""), "").Trim();
        return $"<figure role=\"img\" aria-label=\"{match.Groups["alt"].Value}\" tabindex=\"0\">{drawing.Replace("<svg ", "<svg aria-hidden=\"true\" ", StringComparison.Ordinal)}</figure>";
    });

    [GeneratedRegex("<p><img src=\"(?<src>[^\"]+)\" alt=\"(?<alt>[^\"]*)\" /></p>")]
    private static partial Regex Image();

    [GeneratedRegex("<style>.*?</style>", RegexOptions.Singleline)]
    private static partial Regex Style();

    [GeneratedRegex(@"^<\?xml[^>]*>|<title>[^<]*</title>")]
    private static partial Regex Prologue();
}
