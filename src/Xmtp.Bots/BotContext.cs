using Xmtp.Client;
using Xmtp.Client.Conversations;
using Xmtp.Cryptography;
using Xmtp.Protocol.Errors;

namespace Xmtp.Bots;

/// <summary>What a handler works with: the conversation, the client, and the services of the application.</summary>
public class BotContext
{
    internal BotContext(XmtpClient client, Conversation conversation, IServiceProvider services, CancellationToken cancellationToken) =>
        (Client, Conversation, Services, CancellationToken) = (client, conversation, services, cancellationToken);

    /// <summary>The bot's client.</summary>
    public XmtpClient Client { get; }

    /// <summary>The conversation it is about.</summary>
    public Conversation Conversation { get; }

    /// <summary>Who the bot talks with.</summary>
    public EthereumAddress Peer => Conversation.Peer;

    /// <summary>The application's services, in a scope of this handling.</summary>
    public IServiceProvider Services { get; }

    /// <summary>Cancelled when the handling takes too long, or the bot is stopped and may not wait for its end any more.</summary>
    public CancellationToken CancellationToken { get; }

    /// <summary>Writes into the conversation.</summary>
    /// <param name="content">A text, or what a codec is registered for.</param>
    /// <param name="cancellationToken">Ends the call; <see cref="CancellationToken"/> when none is given.</param>
    /// <returns>The message as the peer will see it.</returns>
    /// <exception cref="XmtpException">What <see cref="Conversation.SendAsync{T}(T, CancellationToken)"/> says.</exception>
    public Task<DecodedMessage> ReplyAsync<T>(T content, CancellationToken cancellationToken = default)
        where T : notnull => Conversation.SendAsync(content, cancellationToken.CanBeCanceled ? cancellationToken : CancellationToken);
}
