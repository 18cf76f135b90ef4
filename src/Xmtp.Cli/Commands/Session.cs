using System.CommandLine;
using Xmtp.Cli.Contexts;
using Xmtp.Cli.Keys;
using Xmtp.Client;
using Xmtp.Client.Conversations;
using Xmtp.Client.Transport;
using Xmtp.Cryptography;
using Xmtp.Identity;
using Xmtp.Protocol.Errors;

namespace Xmtp.Cli.Commands;

/// <summary>What commands do alike: open the account of the key file, find a conversation, show a message.</summary>
internal static class Session
{
    /// <summary>Opens the account in the key file.</summary>
    public static async Task<XmtpClient> OpenAsync(ParseResult parsed, CancellationToken cancellationToken)
    {
        var options = OptionsOf(parsed);
        using var wallet = await OpenWalletAsync(parsed, cancellationToken);
        return await XmtpClient.CreateAsync(wallet, options, cancellationToken);
    }

    /// <summary>Opens the key file.</summary>
    public static Task<PrivateKeyWallet> OpenWalletAsync(ParseResult parsed, CancellationToken cancellationToken)
    {
        var settings = CliSettings.Of(parsed);
        return CommandRunner.RunBlockingAsync(() => KeyFile.Open(settings.KeyFile, settings.PassphraseFile), cancellationToken);
    }

    /// <summary>How the command talks to the node. A person waits for it, so it gives up sooner than a service would.</summary>
    public static XmtpClientOptions OptionsOf(ParseResult parsed) => new()
    {
        Nodes = CliSettings.Of(parsed).Nodes,
        AppVersion = AppVersion,
        RequestTimeout = TimeSpan.FromSeconds(20),
        Retry = new RetryPolicy { RetriesMax = 1 },
    };

    /// <summary>Asks for what needs no account: the first node that can be reached, on a bare connection.</summary>
    public static async Task<T> AskAsync<T>(ParseResult parsed, Func<IMessageTransport, CancellationToken, Task<T>> ask, CancellationToken cancellationToken)
    {
        var nodes = CliSettings.Of(parsed).Nodes;
        for (var i = 0; ; i++)
        {
            await using var transport = new GrpcTransport(nodes[i], new GrpcTransportOptions { AppVersion = AppVersion });
            try
            {
                return await ask(transport, cancellationToken);
            }
            catch (NodeException failure) when (i < nodes.Count - 1 && (failure.Code == ErrorCatalogue.Unavailable || failure.Code == ErrorCatalogue.DeadlineExceeded))
            {
                // The next one may be there.
            }
        }
    }

    /// <summary>Opens the conversation with a peer, making it when there is none.</summary>
    public static Task<Conversation> ConversationAsync(
        XmtpClient client, EthereumAddress peer, string? conversationId, CancellationToken cancellationToken) =>
        client.Conversations.NewConversationAsync(peer, new NewConversationOptions { ConversationId = conversationId }, cancellationToken);

    private static string AppVersion { get; } = $"xmtp-cli/{typeof(Session).Assembly.GetName().Version?.ToString(3)}";
}
