using Xmtp.Client.Inboxes;

namespace Xmtp.Cli.Serving;

/// <summary>Waits for what becomes of messages in the outbox.</summary>
internal sealed class ServeDelivery(Inbox inbox)
{
    /// <summary>The message when it is sent or refused.</summary>
    public async Task<InboxMessage> WaitAsync(InboxMessage message, CancellationToken cancellationToken)
    {
        var decided = new TaskCompletionSource<InboxMessage>(TaskCreationOptions.RunContinuationsAsynchronously);
        inbox.DeliveryChanged += Watch;
        try
        {
            // It may have gone out before anybody listened.
            var now = await inbox.FindMessageAsync(message.Message.Id, cancellationToken);
            if (now is { Delivery: not DeliveryState.Queued }) return now;
            return await decided.Task.WaitAsync(cancellationToken);
        }
        finally
        {
            inbox.DeliveryChanged -= Watch;
        }

        void Watch(object? sender, DeliveryChangedEventArgs change)
        {
            if (change.Message.Message.Id == message.Message.Id && change.Message.Delivery != DeliveryState.Queued) decided.TrySetResult(change.Message);
        }
    }
}
