using System.CommandLine;
using System.CommandLine.Parsing;
using System.Globalization;
using System.Runtime.CompilerServices;
using Xmtp.Cli.Content;
using Xmtp.Cli.Output;
using Xmtp.Client.Conversations;

namespace Xmtp.Cli.Commands;

/// <summary><c>xmtp read ADDRESS</c>.</summary>
internal static class ReadCommand
{
    public static Command Create()
    {
        var address = AddressArgument.Required("The other participant.");
        var conversationId = ConversationIdOption.Create("all of them");
        var limit = NumberOption.Create("--limit", "How many messages at most.");
        var newestFirst = new Option<bool>("--newest-first") { Description = "Begin with the newest." };
        var since = new Option<DateTimeOffset?>("--since")
        {
            Description = "Nothing older than this time (ISO 8601; local time unless it says otherwise).",
            HelpName = "time",
            CustomParser = ParseTime,
        };
        var save = new Option<DirectoryInfo?>("--save-attachments") { Description = "Save files of messages in this folder, under safe names.", HelpName = "folder" };
        var download = new Option<bool>("--download") { Description = "With --save-attachments: fetch files that lie elsewhere too. Their servers learn this machine's address." };
        var command = new Command("read", "Read the messages exchanged with an account.") { address, conversationId, limit, newestFirst, since, save, download };
        command.Validators.Add(result =>
        {
            if (result.GetValue(download) && result.GetValue(save) is null) result.AddError("--download goes with --save-attachments.");
        });
        command.Run(async (parsed, console, cancellationToken) =>
        {
            await using var client = await Session.OpenAsync(parsed, cancellationToken);
            var peer = parsed.GetRequiredValue(address);
            var options = new ListMessagesOptions
            {
                Limit = parsed.GetValue(limit),
                NewestFirst = parsed.GetValue(newestFirst),
                Start = parsed.GetValue(since),
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

            await using var folder = parsed.GetValue(save) is { } directory ? new AttachmentFolder(directory, parsed.GetValue(download), console) : null;
            await foreach (var message in MergeAsync(conversations, options, cancellationToken))
                MessageForms.Show(console, message, savedAs: folder is null ? null : await folder.SaveAsync(message, cancellationToken));
            return ExitCode.Success;
        });
        return command;
    }

    private static DateTimeOffset? ParseTime(ArgumentResult result)
    {
        var text = result.Tokens.Count == 1 ? result.Tokens[0].Value : "";
        if (DateTimeOffset.TryParse(text, CultureInfo.InvariantCulture, DateTimeStyles.AssumeLocal, out var time)) return time;
        result.AddError($"--since: '{text}' is not a time; give for example 2024-12-31T23:59:00Z.");
        return null;
    }

    /// <summary>The messages of several conversations as if they were one; of each, no more than one page is held.</summary>
    private static async IAsyncEnumerable<DecodedMessage> MergeAsync(
        IEnumerable<Conversation> conversations, ListMessagesOptions options, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        var heads = new PriorityQueue<IAsyncEnumerator<DecodedMessage>, ulong>();
        try
        {
            foreach (var conversation in conversations)
                await AddAsync(conversation.ListMessagesAsync(options, cancellationToken).GetAsyncEnumerator(cancellationToken));
            for (var left = options.Limit ?? int.MaxValue; left > 0 && heads.TryDequeue(out var next, out _); left--)
            {
                yield return next.Current;
                await AddAsync(next);
            }
        }
        finally
        {
            foreach (var (head, _) in heads.UnorderedItems) await head.DisposeAsync();
        }

        async Task AddAsync(IAsyncEnumerator<DecodedMessage> messages)
        {
            if (await messages.MoveNextAsync()) heads.Enqueue(messages, options.NewestFirst ? ~messages.Current.SentNs : messages.Current.SentNs);
            else await messages.DisposeAsync();
        }
    }
}
