using System.Collections.Concurrent;
using Xmtp.Client.Conversations;
using Xmtp.Client.Streams;

namespace Xmtp.Cli.Demo;

/// <summary>Messages that two people send each other at the same time, and what each of them reads.</summary>
internal sealed class DemoFlow(string name, Conversation conversation, LiveStream<DecodedMessage> inbox)
{
    /// <summary>Messages that each sends.</summary>
    public const int Count = 20;

    // About as fast as a few people type together; a computer could do much more.
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(25);

    private readonly ConcurrentQueue<string> _read = new();
    private readonly ConcurrentQueue<(int Number, TimeSpan At)> _sent = new();

    /// <summary>Texts of the other that were read, in their order.</summary>
    public IReadOnlyCollection<string> Read => _read;

    /// <summary>When which message was acknowledged.</summary>
    public IReadOnlyCollection<(int Number, TimeSpan At)> Sent => _sent;

    /// <summary>The text of a message.</summary>
    public static string TextOf(string sender, int number) => $"{sender}'s message {number} of {Count}";

    /// <summary>Sends all.</summary>
    public async Task SendAllAsync(DemoStory story, CancellationToken cancellationToken)
    {
        for (var number = 1; number <= Count; number++)
        {
            await conversation.SendAsync(TextOf(name, number), cancellationToken);
            _sent.Enqueue((number, story.Elapsed));
            await Task.Delay(Pause, cancellationToken);
        }
    }

    /// <summary>Reads until it is told to end.</summary>
    public async Task ReadAllAsync(CancellationToken cancellationToken)
    {
        try
        {
            await foreach (var message in inbox.WithCancellation(cancellationToken))
                if (!message.IsFromSelf && message.TryGet<string>(out var text)) _read.Enqueue(text);
        }
        catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
        {
            // All was read that was to come.
        }
    }
}
