using System.Threading.Channels;
using Xmtp.Cli.Content;
using Xmtp.Client;
using Xmtp.Client.Inboxes;

namespace Xmtp.Cli.Serving;

/// <summary>
/// The events of one reader. Messages are read from the store as the reader takes them, so a slow one costs nothing; of what tells only
/// of now, the oldest is dropped when it does not keep up.
/// </summary>
internal sealed class EventFeed(XmtpClient client, string? subscription, bool withData)
{
    /// <summary>A program that reads nothing for so long is gone, or as good as that.</summary>
    public static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);

    private const int SignalsMax = 256;

    /// <summary>Gives events until the token ends it.</summary>
    /// <param name="after">The cursor after which.</param>
    /// <param name="write">Takes an event; called one at a time, and the next comes when it is done.</param>
    /// <param name="cancellationToken">Ends it.</param>
    public async Task RunAsync(InboxCursor after, Func<EventForm, CancellationToken, Task> write, CancellationToken cancellationToken)
    {
        var signals = Channel.CreateBounded<EventForm>(new BoundedChannelOptions(SignalsMax) { FullMode = BoundedChannelFullMode.DropOldest });
        void Delivered(object? sender, DeliveryChangedEventArgs change) => signals.Writer.TryWrite(new EventForm(subscription, "delivery", null, MessageForms.Of(change.Message), null));
        void StateChanged(object? sender, InboxStateChangedEventArgs change) => signals.Writer.TryWrite(new EventForm(subscription, "state", null, null, ConversationForms.Of(client, null)));
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        using var writing = new SemaphoreSlim(1, 1);
        client.Inbox.DeliveryChanged += Delivered;
        client.Inbox.StateChanged += StateChanged;
        var messages = PumpAsync(Messages(after, stop.Token), stop.Token);
        var others = PumpAsync(signals.Reader.ReadAllAsync(stop.Token), stop.Token);
        try
        {
            await await Task.WhenAny(messages, others);
        }
        finally
        {
            client.Inbox.DeliveryChanged -= Delivered;
            client.Inbox.StateChanged -= StateChanged;
            await stop.CancelAsync();
            await Task.WhenAll(messages, others).ContinueWith(static _ => { }, CancellationToken.None, TaskContinuationOptions.None, TaskScheduler.Default);
        }

        async Task PumpAsync(IAsyncEnumerable<EventForm> events, CancellationToken token)
        {
            await foreach (var form in events)
            {
                await writing.WaitAsync(token);
                try
                {
                    await write(form, token);
                }
                finally
                {
                    writing.Release();
                }
            }
        }
    }

    private async IAsyncEnumerable<EventForm> Messages(InboxCursor after, [System.Runtime.CompilerServices.EnumeratorCancellation] CancellationToken cancellationToken)
    {
        await foreach (var message in client.Inbox.StreamMessages(after, cancellationToken))
            yield return new EventForm(subscription, "message", message.Cursor.ToString(), MessageForms.Of(message, withData), null);
    }
}
