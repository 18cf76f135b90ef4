using System.Runtime.CompilerServices;
using Xmtp.Client.Conversations;
using Xmtp.Client.Inboxes;
using Xmtp.Inbox.Conversations;
using Xmtp.Inbox.Messages;

namespace Xmtp.Inbox.Search;

/// <summary>Finds words in the messages on this device. There is no index: what is encrypted on the disk stays encrypted there.</summary>
public static class MessageSearch
{
    private const int HitsMax = 200;

    // The page must stay usable while it is searched.
    private const int MessagesPerTurn = 50;
    private static readonly TimeSpan s_turn = TimeSpan.FromMilliseconds(1);

    /// <summary>Messages that hold all the words, in the order of conversations, the newest of each first.</summary>
    public static async IAsyncEnumerable<InboxMessage> FindAsync(Mailbox mailbox, string words, TimeProvider time, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        var wanted = words.Split(' ', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);
        if (wanted.Length == 0) yield break;
        var (hits, looked) = (0, 0);
        foreach (var item in mailbox.Allowed.Concat(mailbox.Requests))
        {
            await foreach (var message in mailbox.Client.Inbox.ReadMessagesAsync(item.Conversation, new ListMessagesOptions { NewestFirst = true }, cancellationToken))
            {
                if (++looked % MessagesPerTurn == 0) await Task.Delay(s_turn, time, cancellationToken);
                if (!MessageTexts.IsShown(message.Message) || !Holds(message.Message, wanted)) continue;
                yield return message;
                if (++hits == HitsMax) yield break;
            }
        }
    }

    private static bool Holds(DecodedMessage message, string[] words)
    {
        var text = message.Content as string ?? (message.Content is ContentTypes.Markdown markdown ? markdown.Text : MessageTexts.Line(message));
        return words.All(word => text.Contains(word, StringComparison.OrdinalIgnoreCase));
    }
}
