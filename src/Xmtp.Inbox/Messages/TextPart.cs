namespace Xmtp.Inbox.Messages;

/// <summary>A stretch of plain text: words, or the address of a web page.</summary>
public readonly record struct TextPart(string Text, bool IsLink)
{
    private static readonly string[] s_beginnings = ["https://", "http://"];

    /// <summary>Takes a text apart.</summary>
    public static IEnumerable<TextPart> Split(string text)
    {
        var done = 0;
        for (var at = 0; at < text.Length; at++)
        {
            if (text[at] is not 'h' || !s_beginnings.Any(beginning => text.AsSpan(at).StartsWith(beginning, StringComparison.Ordinal))) continue;
            var end = at;
            while (end < text.Length && !char.IsWhiteSpace(text[end]) && text[end] is not ('<' or '>' or '"')) end++;

            // What closes a sentence does not belong to the address.
            while (end > at && text[end - 1] is '.' or ',' or ';' or ':' or '!' or '?' or ')' or '\'') end--;
            if (!MarkdownText.IsSafe(text[at..end])) continue;
            if (at > done) yield return new TextPart(text[done..at], false);
            yield return new TextPart(text[at..end], true);
            done = end;
            at = end;
        }

        if (done < text.Length) yield return new TextPart(text[done..], false);
    }
}
