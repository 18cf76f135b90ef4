using System.CommandLine;
using System.Globalization;
using Xmtp.Cli.Content;
using Xmtp.Cli.Output;
using Xmtp.Cli.Stores;
using Xmtp.Client.Consent;
using Xmtp.Client.Conversations;
using Xmtp.Client.Inboxes;
using Xmtp.Client.Transport;
using Xmtp.Protocol.Errors;

namespace Xmtp.Cli.Commands;

/// <summary><c>xmtp inbox list|requests|read|search|sync</c>: what is stored on this machine.</summary>
internal static class InboxCommand
{
    private static readonly Option<bool> s_offline = new("--offline") { Description = "Show what is stored, and ask no node.", Recursive = true };

    public static Command Create() => new("inbox", "Conversations and messages, kept on this machine.") { All(), Requests(), Read(), Search(), Sync(), s_offline };

    private static Command All()
    {
        var consent = new Option<string?>("--consent") { Description = "Only conversations with peers that are allowed, denied or unknown.", HelpName = "state" }
            .AcceptOnlyFromAmong("allowed", "denied", "unknown");
        var unread = new Option<bool>("--unread") { Description = "Only conversations with unread messages." };
        var limit = NumberOption.Create("--limit", "How many conversations at most.");
        var command = new Command("list", "List conversations with their last message, the latest first.") { consent, unread, limit };
        command.Run(async (parsed, console, cancellationToken) =>
        {
            await using var account = await OpenAsync(parsed, console, cancellationToken);
            var state = parsed.GetValue(consent) is { } wanted ? Enum.Parse<ConsentState>(wanted, ignoreCase: true) : (ConsentState?)null;
            var items = account.Client.Inbox.List(state).Where(item => !parsed.GetValue(unread) || item.Unread > 0).Take(parsed.GetValue(limit) ?? int.MaxValue);
            foreach (var item in items) ConversationForms.Show(console, await ConversationForms.OfAsync(account.Client.Inbox, item, cancellationToken));
            return ExitCode.Success;
        });
        return command;
    }

    private static Command Requests()
    {
        var command = new Command("requests", "List conversations with peers about whom nothing was decided; `xmtp consent` decides.");
        command.Run(async (parsed, console, cancellationToken) =>
        {
            await using var account = await OpenAsync(parsed, console, cancellationToken);
            foreach (var item in account.Client.Inbox.List(ConsentState.Unknown))
                ConversationForms.Show(console, await ConversationForms.OfAsync(account.Client.Inbox, item, cancellationToken));
            return ExitCode.Success;
        });
        return command;
    }

    private static Command Read()
    {
        var address = AddressArgument.Required("The other participant.");
        var conversationId = ConversationIdOption.Create("all of them");
        var limit = NumberOption.Create("--limit", "How many messages at most, the newest.");
        var keep = new Option<bool>("--keep-unread") { Description = "Do not mark the conversations as read." };
        var command = new Command("read", "Read stored messages of an account, and mark them as read on this machine.") { address, conversationId, limit, keep };
        command.Run(async (parsed, console, cancellationToken) =>
        {
            await using var account = await OpenAsync(parsed, console, cancellationToken);
            var (inbox, peer, wanted) = (account.Client.Inbox, parsed.GetRequiredValue(address), parsed.GetValue(conversationId));
            var conversations = inbox.List().Select(static item => item.Conversation).Where(item => item.Peer == peer && (wanted is null || item.ConversationId == wanted)).ToList();
            if (conversations.Count == 0)
            {
                console.Progress($"There is no conversation with {peer}{(wanted is null ? "" : $" under the id {wanted}")}.");
                return ExitCode.NotFound;
            }

            var newest = new ListMessagesOptions { NewestFirst = true, Limit = parsed.GetValue(limit) };
            var messages = new List<InboxMessage>();
            foreach (var conversation in conversations) messages.AddRange(await inbox.ReadMessagesAsync(conversation, newest, cancellationToken).ToListAsync(cancellationToken));
            foreach (var message in messages.OrderBy(static message => message.Message.SentNs).TakeLast(newest.Limit ?? int.MaxValue)) MessageForms.Show(console, message);
            if (!parsed.GetValue(keep)) foreach (var conversation in conversations) await inbox.MarkReadAsync(conversation, cancellationToken);
            return ExitCode.Success;
        });
        return command;
    }

    private static Command Search()
    {
        var text = new Argument<string>("text") { Description = "What to look for, in any case of letters." };
        var limit = NumberOption.Create("--limit", "How many messages at most.");
        var command = new Command("search", "Find stored messages by their text, those of the latest conversation first.") { text, limit };
        command.Run(async (parsed, console, cancellationToken) =>
        {
            await using var account = await OpenAsync(parsed, console, cancellationToken);
            var wanted = parsed.GetRequiredValue(text);
            var left = parsed.GetValue(limit) ?? int.MaxValue;
            foreach (var item in account.Client.Inbox.List())
            {
                await foreach (var message in account.Client.Inbox.ReadMessagesAsync(item.Conversation, new ListMessagesOptions { NewestFirst = true }, cancellationToken))
                {
                    var body = ContentForms.Describe(message.Message.Content, message.Message.Fallback, message.Message.ContentType);
                    if (!body.Contains(wanted, StringComparison.OrdinalIgnoreCase)) continue;
                    MessageForms.Show(console, message);
                    if (--left == 0) return ExitCode.Success;
                }
            }

            return ExitCode.Success;
        });
        return command;
    }

    private static Command Sync()
    {
        var command = new Command("sync", "Fetch everything that is not stored yet.");
        command.Validators.Add(static result =>
        {
            if (result.GetValue(s_offline)) result.AddError("--offline does not go with sync.");
        });
        command.Run(async (parsed, console, cancellationToken) =>
        {
            await using var account = await LocalAccount.OpenAsync(parsed, offline: false, cancellationToken);
            if (await account.SyncAsync(cancellationToken) is { } failure) throw Unreachable(failure);
            console.Result(ConversationForms.Of(account.Client, account.Path), CliJson.Default.InboxSyncOutput, output => string.Create(
                CultureInfo.InvariantCulture, $"{output.Conversations} conversations, {output.Messages} messages, {output.Unread} unread"));
            return ExitCode.Success;
        });
        return command;
    }

    /// <summary>Opens the account, and fetches what is new unless that is not wanted. Without a network what is stored is shown all the same.</summary>
    private static async Task<LocalAccount> OpenAsync(ParseResult parsed, CliConsole console, CancellationToken cancellationToken)
    {
        var offline = parsed.GetValue(s_offline);
        var account = await LocalAccount.OpenAsync(parsed, offline, cancellationToken);
        try
        {
            if (!offline && await account.SyncAsync(cancellationToken) is { } failure)
                console.Progress($"The network cannot be reached; this is what was stored before. ({CliConsole.Printable(failure.GetBaseException().Message)})");
            return account;
        }
        catch
        {
            await account.DisposeAsync();
            throw;
        }
    }

    private static NodeException Unreachable(Exception failure) => failure as NodeException ?? new NodeException(ErrorCatalogue.Unavailable, failure.Message, failure);
}
