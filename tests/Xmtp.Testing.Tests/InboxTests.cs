using Xmtp.Client.Inboxes;

namespace Xmtp.Testing.Tests;

/// <summary>Local inboxes, which work in the background, on a test network.</summary>
public sealed class InboxTests
{
    private static CancellationToken Token => StreamReading.Token;

    [Fact]
    public async Task Outbox_FilledOfflineAndItsAnswerLost_DeliversOnce()
    {
        await using var network = await TestNetwork.StartAsync(cancellationToken: Token);
        var pair = await Pair.CreateAsync(network);
        await pair.Amal.Inbox.StartAsync(Token);
        await pair.Bola.Inbox.StartAsync(Token);
        await network.RunUntilAsync(() => pair.Amal.Inbox.State.Phase == InboxPhase.Live && pair.Bola.Inbox.State.Phase == InboxPhase.Live, cancellationToken: Token);

        var sent = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        pair.Amal.Inbox.DeliveryChanged += (_, change) =>
        {
            if (change.Message.Delivery == DeliveryState.Sent) sent.TrySetResult();
        };
        var faults = network.FaultsOf(pair.Amal);
        faults.GoOffline();
        var queued = await pair.Amal.Inbox.SendAsync(pair.ToBola, "from the tunnel", cancellationToken: Token);
        Assert.Equal(DeliveryState.Queued, queued.Delivery);
        network.Clock.Advance(TimeSpan.FromHours(1));
        faults.LoseNextAnswers();
        faults.GoOnline();

        var seen = FirstAsync(pair.Bola.Inbox);
        Assert.Equal("from the tunnel", (await network.RunAsync(seen, cancellationToken: Token)).Message.Content);
        await network.RunAsync(sent.Task, cancellationToken: Token);
        Assert.Equal(["from the tunnel"], await pair.ToBola.TextsAsync());
        Assert.Equal(0, faults.PlannedCount);
    }

    private static async Task<InboxMessage> FirstAsync(Inbox inbox)
    {
        await foreach (var message in inbox.StreamMessages(cancellationToken: Token)) return message;
        throw new InvalidOperationException("The inbox has ended.");
    }
}
