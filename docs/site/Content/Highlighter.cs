using System.Net;
using System.Text;
using System.Text.RegularExpressions;

namespace Xmtp.Site.Content;

/// <summary>Colours comments, texts, numbers and keywords. Enough to read by; no parser.</summary>
internal static partial class Highlighter
{
    private const string Numbers = @"(?<n>\b\d[\d_.]*\b)";

    /// <summary>The text as HTML.</summary>
    public static string Colour(string text, string language) => language switch
    {
        "csharp" or "cs" => Colour(text, CSharp()),
        "javascript" or "js" => Colour(text, JavaScript()),
        "json" => Colour(text, Json()),
        "" or "sh" or "bash" or "console" => Colour(text, Shell()),
        _ => WebUtility.HtmlEncode(text),
    };

    private static string Colour(string text, Regex pattern)
    {
        var html = new StringBuilder();
        var last = 0;
        foreach (Match match in pattern.Matches(text))
        {
            html.Append(WebUtility.HtmlEncode(text[last..match.Index]));
            var kind = match.Groups.Cast<Group>().Last(static group => group.Success && group.Name.Length == 1 && char.IsLetter(group.Name[0])).Name;
            html.Append($"<span class=\"{kind}\">").Append(WebUtility.HtmlEncode(match.Value)).Append("</span>");
            last = match.Index + match.Length;
        }

        return html.Append(WebUtility.HtmlEncode(text[last..])).ToString();
    }

    [GeneratedRegex("""(?<c>//[^\n]*)|(?<s>\$?@?"(?:\\.|[^"\\\n])*"|'(?:\\.|[^'\\])')|(?<k>\b(?:abstract|as|async|await|base|bool|break|byte|case|catch|class|const|continue|default|delegate|do|double|else|enum|event|explicit|false|finally|fixed|for|foreach|from|get|goto|if|implicit|in|init|int|interface|internal|is|join|let|lock|long|namespace|new|not|null|object|operator|or|orderby|out|override|params|partial|private|protected|public|readonly|record|ref|required|return|sealed|select|set|static|string|struct|switch|this|throw|true|try|typeof|uint|ulong|using|var|virtual|void|when|where|while|with|yield)\b)|""" + Numbers)]
    private static partial Regex CSharp();

    [GeneratedRegex("""(?<c>//[^\n]*)|(?<s>"(?:\\.|[^"\\\n])*"|'(?:\\.|[^'\\\n])*'|`[^`]*`)|(?<k>\b(?:async|await|break|case|catch|class|const|continue|default|else|export|false|finally|for|from|function|if|import|in|let|new|null|of|return|switch|this|throw|true|try|typeof|undefined|while)\b)|""" + Numbers)]
    private static partial Regex JavaScript();

    [GeneratedRegex("""(?<s>"(?:\\.|[^"\\\n])*")|(?<k>\b(?:true|false|null)\b)|""" + Numbers)]
    private static partial Regex Json();

    [GeneratedRegex("""(?<c>(?:^|(?<=\s))#[^\n]*)|(?<s>"(?:\\.|[^"\\\n])*"|'[^'\n]*')|(?<k>(?:^|(?<=\s))--?[a-zA-Z][\w-]*)""", RegexOptions.Multiline)]
    private static partial Regex Shell();
}
