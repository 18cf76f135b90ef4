using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Unicode;

namespace Xmtp.Site;

/// <summary>
/// What the search looks through, as a script that sets one variable: a page that was opened from a disk may not fetch data, but it
/// may load a script.
/// </summary>
internal static class SearchIndex
{
    private static readonly JsonSerializerOptions s_options = new() { Encoder = JavaScriptEncoder.Create(UnicodeRanges.All) };

    public static string Write(IEnumerable<SitePage> pages) => $"window.xmtpSearch = {JsonSerializer.Serialize(
        from page in pages
        from part in page.Parts
        select new[] { page.Url + (part.Anchor.Length == 0 ? "" : $"#{part.Anchor}"), page.Title, part.Heading, part.Text },
        s_options)};\n";
}
