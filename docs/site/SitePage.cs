namespace Xmtp.Site;

/// <summary>One page, before it gets its frame.</summary>
/// <param name="Url">Its place in the site, with forward slashes.</param>
/// <param name="Title">Plain text.</param>
/// <param name="Group">The part of the navigation it is listed in.</param>
/// <param name="Body">HTML. Links to other pages are relative to this one.</param>
internal sealed record SitePage(string Url, string Title, string Group, string Body)
{
    /// <summary>Headings of the second rank, for the list beside the text.</summary>
    public IReadOnlyList<(string Anchor, string Text)> Headings { get; init; } = [];

    /// <summary>Parts that can be found: heading (empty for the page itself), its anchor, and text.</summary>
    public IReadOnlyList<(string Heading, string Anchor, string Text)> Parts { get; init; } = [];

    /// <summary>Whether it stands in the navigation of every page, and not only on the page that lists its kind.</summary>
    public bool IsListed { get; init; } = true;

    /// <summary>A shorter name for the navigation; null for the title.</summary>
    public string? ShortTitle { get; init; }
}
