using System.Globalization;
using Xmtp.Cli.Output;
using Xmtp.Client;
using Xmtp.Client.Conversations;
using Xmtp.Client.Inboxes;

namespace Xmtp.Cli.Content;

/// <summary>Conversations and the state of an inbox as the command shows them.</summary>
internal static class ConversationForms
{
    private static readonly ListMessagesOptions s_newest = new() { NewestFirst = true, Limit = 1 };

    public static async Task<ConversationOutput> OfAsync(Inbox inbox, InboxConversation item, CancellationToken cancellationToken)
    {
        InboxMessage? last = null;
        await foreach (var message in inbox.ReadMessagesAsync(item.Conversation, s_newest, cancellationToken)) last = message;
        return new ConversationOutput(
            item.Conversation.Peer.ToString(),
            item.Conversation.ConversationId,
            item.Conversation.Topic.Value,
            item.Conversation.Version.ToString().ToLowerInvariant(),
            item.Conversation.CreatedAt.UtcDateTime.ToString("O"),
            item.Consent.ToString().ToLowerInvariant(),
            item.Messages,
            item.Unread,
            last is null ? null : MessageForms.Of(last));
    }

    public static void Show(CliConsole console, ConversationOutput conversation) => console.Result(conversation, CliJson.Default.ConversationOutput, output =>
        $"{console.Bold(output.Peer)}{(output.ConversationId is { } id ? $" {CliConsole.Printable(id)}" : "")}" +
        $"{(output.Consent == "allowed" ? "" : console.Yellow(output.Consent == "denied" ? " denied" : " request"))}" +
        $"{(output.Unread > 0 ? console.Green(string.Create(CultureInfo.InvariantCulture, $" {output.Unread} unread")) : "")}" +
        $"{(output.LastMessage is { } last ? $"{Environment.NewLine}    {console.Faint(last.Sent)} {OneLine(last)}" : "")}");

    public static InboxSyncOutput Of(XmtpClient client, string? path)
    {
        var all = client.Inbox.List();
        var state = client.Inbox.State;
        return new InboxSyncOutput(
            client.Address.ToString(), state.Phase.ToString().ToLowerInvariant(), all.Count, all.Sum(static item => item.Messages), all.Sum(static item => item.Unread),
            state.Unsent, client.Inbox.End.ToString(), path);
    }

    private static string OneLine(MessageOutput message)
    {
        const int LengthMax = 80;
        var text = CliConsole.Printable(message.Text ?? $"[{message.ContentType}]").ReplaceLineEndings(" ");
        return text.Length > LengthMax ? $"{text[..LengthMax]}…" : text;
    }
}
