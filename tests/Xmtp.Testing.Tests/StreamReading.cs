using Xmtp.Client.Conversations;
using Xmtp.Client.Streams;

namespace Xmtp.Testing.Tests;

/// <summary>Short ways to read.</summary>
internal static class StreamReading
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);

    public static CancellationToken Token => TestContext.Current.CancellationToken;

    /// <summary>The next texts of a stream. The clock stands still unless the caller moves it.</summary>
    public static async Task<string[]> NextTextsAsync(this LiveStream<DecodedMessage> stream, int count)
    {
        var texts = new List<string>();
        await foreach (var message in stream.WithCancellation(Token))
        {
            texts.Add((string)message.Content!);
            if (texts.Count == count) break;
        }

        return [.. texts];
    }

    /// <summary>The next texts of a stream that needs no clock to bring them.</summary>
    public static Task<string[]> NextTextsNowAsync(this LiveStream<DecodedMessage> stream, int count) =>
        stream.NextTextsAsync(count).WaitAsync(Patience, Token);

    public static async Task<string[]> TextsAsync(this Conversation conversation)
    {
        var texts = new List<string>();
        await foreach (var message in conversation.ListMessagesAsync(cancellationToken: Token)) texts.Add((string)message.Content!);
        return [.. texts];
    }
}
