using System.CommandLine;
using Xmtp.Cli.Keys;
using Xmtp.Cli.Output;
using Xmtp.Client;
using Xmtp.Client.Conversations;
using Xmtp.Client.Transport;
using Xmtp.Cryptography;

namespace Xmtp.Cli.Commands;

/// <summary>What commands do alike: open the account of the key file, find a conversation, show a message.</summary>
internal static class Session
{
    /// <summary>Opens the account in the key file.</summary>
    public static async Task<XmtpClient> OpenAsync(ParseResult parsed, CancellationToken cancellationToken)
    {
        var node = OptionsOf(parsed);
        using var wallet = await CommandRunner.RunBlockingAsync(
            () => KeyFile.Open(parsed.GetRequiredValue(GlobalOptions.KeyFile), parsed.GetValue(GlobalOptions.PassphraseFile)), cancellationToken);
        return await XmtpClient.CreateAsync(wallet, node, cancellationToken);
    }

    /// <summary>How the command talks to the node. A person waits for it, so it gives up sooner than a service would.</summary>
    public static XmtpClientOptions OptionsOf(ParseResult parsed) => new()
    {
        Nodes = [GlobalOptions.NodeOf(parsed)],
        AppVersion = AppVersion,
        RequestTimeout = TimeSpan.FromSeconds(20),
        Retry = new RetryPolicy { RetriesMax = 1 },
    };

    /// <summary>A bare connection, for what needs no account.</summary>
    public static GrpcTransport Connect(ParseResult parsed) =>
        new(GlobalOptions.NodeOf(parsed), new GrpcTransportOptions { AppVersion = AppVersion });

    /// <summary>Opens the conversation with a peer, making it when there is none.</summary>
    public static Task<Conversation> ConversationAsync(
        XmtpClient client, EthereumAddress peer, string? conversationId, CancellationToken cancellationToken) =>
        client.Conversations.NewConversationAsync(peer, new NewConversationOptions { ConversationId = conversationId }, cancellationToken);

    /// <summary>Writes a message as a line for people or as JSON.</summary>
    public static void Show(CliConsole console, DecodedMessage message) =>
        console.Result(ToOutput(message), CliJson.Default.MessageOutput, output =>
            $"{console.Faint(output.Sent)} {console.Bold(output.Sender)}{(message.IsFromSelf ? " (you)" : "")}: {Body(output.Text ?? $"[{output.ContentType}]")}");

    private static string AppVersion { get; } = $"xmtp-cli/{typeof(Session).Assembly.GetName().Version?.ToString(3)}";

    private static MessageOutput ToOutput(DecodedMessage message) => new(
        message.Id.ToString(),
        message.Sender.ToString(),
        message.Conversation.Peer.ToString(),
        message.SentNs.ToString(System.Globalization.CultureInfo.InvariantCulture),
        message.Sent.UtcDateTime.ToString("O"),
        message.Conversation.Topic.Value,
        message.Conversation.ConversationId,
        message.ContentType.ToString(),
        message.TryGet<string>(out var text) ? text : message.Fallback);

    /// <summary>What a peer wrote neither drives the terminal nor looks like the line of another message.</summary>
    private static string Body(string text) =>
        CliConsole.Printable(text).Replace("\n", $"{Environment.NewLine}    ", StringComparison.Ordinal);
}
