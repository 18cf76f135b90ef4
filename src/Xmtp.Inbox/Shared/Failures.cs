using Microsoft.JSInterop;
using Xmtp.Protocol.Errors;

namespace Xmtp.Inbox.Shared;

/// <summary>Failures as one honest line.</summary>
public static class Failures
{
    /// <summary>Whether a failure is one to tell the user about; others are mistakes of the program.</summary>
    public static bool IsExpected(Exception failure) => failure is XmtpException or JSException or ArgumentException or IOException or HttpRequestException;

    /// <summary>What went wrong, and what to do.</summary>
    public static string Describe(Exception failure) => failure switch
    {
        XmtpException known => $"{Sentence(known.Message)} {known.Code.Advice}",
        JSException script => Sentence(script.Message.Split('\n')[0]),
        _ => Sentence(failure.Message),
    };

    private static string Sentence(string text)
    {
        text = text.Trim();
        if (text.Length == 0) return text;
        return $"{char.ToUpperInvariant(text[0])}{text[1..]}{(text[^1] is '.' or '!' or '?' ? "" : ".")}";
    }
}
