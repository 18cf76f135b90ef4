using System.CommandLine;
using Xmtp.Cli.Output;
using Xmtp.Client.Conversations;

namespace Xmtp.Cli.Commands;

/// <summary><c>xmtp read ADDRESS</c>.</summary>
internal static class ReadCommand
{
    public static Command Create()
    {
        var address = AddressArgument.Required("The other participant.");
        var conversationId = ConversationIdOption.Create();
        var limit = new Option<int?>("--limit") { Description = "How many messages at most." };
        var newestFirst = new Option<bool>("--newest-first") { Description = "Begin with the newest." };
        var since = new Option<DateTimeOffset?>("--since") { Description = "Nothing older than this time (ISO 8601)." };
        limit.Validators.Add(result =>
        {
            if (result.GetValueOrDefault<int?>() < 0) result.AddError("--limit is not negative.");
        });
        var command = new Command("read", "Read the messages of a conversation.") { address, conversationId, limit, newestFirst, since };
        command.Run(async (parsed, console, cancellationToken) =>
        {
            await using var client = await Session.OpenAsync(parsed, cancellationToken);
            var peer = parsed.GetRequiredValue(address);
            var options = new ListMessagesOptions
            {
                Limit = parsed.GetValue(limit), NewestFirst = parsed.GetValue(newestFirst), Start = parsed.GetValue(since),
            };

            // Reading never creates a conversation, which the peer would see.
            var wanted = parsed.GetValue(conversationId);
            var conversations = (await client.Conversations.ListAsync(cancellationToken: cancellationToken))
                .Where(conversation => conversation.Peer == peer && (wanted is null || conversation.ConversationId == wanted))
                .ToList();
            if (conversations.Count == 0)
            {
                console.Progress($"There is no conversation with {peer}{(wanted is null ? "" : $" under the id {wanted}")}.");
                return ExitCode.NotFound;
            }

            foreach (var conversation in conversations)
                await foreach (var message in conversation.ListMessagesAsync(options, cancellationToken)) Session.Show(console, message);
            return ExitCode.Success;
        });
        return command;
    }
}
