using System.Runtime.CompilerServices;
using Xmtp.Client;

namespace Xmtp.Bots.Running;

/// <summary>What arrives while the bot runs. What came before it started is not seen.</summary>
internal sealed class LiveBotSource : IBotSource
{
    public async IAsyncEnumerable<BotEvent> ReadMessagesAsync(XmtpClient client, Action opened, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        var stream = await client.Conversations.StreamAllMessagesAsync(cancellationToken).ConfigureAwait(false);
        await using (((IAsyncDisposable)stream).ConfigureAwait(false))
        {
            opened();
            await foreach (var message in stream.WithCancellation(cancellationToken).ConfigureAwait(false)) yield return new BotEvent(message.Conversation, message);
        }
    }

    public Task HandledAsync(BotEvent work) => Task.CompletedTask;

    public async IAsyncEnumerable<BotEvent> ReadConversationsAsync(XmtpClient client, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        var stream = await client.Conversations.StreamAsync(cancellationToken).ConfigureAwait(false);
        await using (((IAsyncDisposable)stream).ConfigureAwait(false))
        {
            await foreach (var conversation in stream.WithCancellation(cancellationToken).ConfigureAwait(false)) yield return new BotEvent(conversation);
        }
    }
}
