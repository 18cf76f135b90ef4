using System.CommandLine;
using Xmtp.Cli.Content;
using Xmtp.Cli.Output;
using Xmtp.Client.Streams;

namespace Xmtp.Cli.Commands;

/// <summary><c>xmtp stream [ADDRESS]</c>.</summary>
internal static class StreamCommand
{
    public static Command Create()
    {
        var address = AddressArgument.Optional("Only messages of the conversations with this account.");
        var count = NumberOption.Create("--count", "End after this many messages.");
        var command = new Command("stream", "Show new messages as they come, until interrupted.") { address, count };
        command.Run(async (parsed, console, cancellationToken) =>
        {
            await using var client = await Session.OpenAsync(parsed, cancellationToken);
            await using var stream = await client.Conversations.StreamAllMessagesAsync(cancellationToken);
            stream.ConnectionChanged += (_, change) =>
            {
                // Ending the stream cuts its connection, which is nobody's news.
                if (change.State != ConnectionState.Closed && !cancellationToken.IsCancellationRequested) console.Progress($"connection: {change.State.ToString().ToLowerInvariant()}");
            };
            console.Progress($"Listening as {client.Address}.");
            var peer = parsed.GetValue(address);
            var left = parsed.GetValue(count);
            await foreach (var message in stream.WithCancellation(cancellationToken))
            {
                if (peer is { } wanted && message.Conversation.Peer != wanted) continue;
                MessageForms.Show(console, message);
                if (--left == 0) break;
            }

            return ExitCode.Success;
        });
        return command;
    }
}
