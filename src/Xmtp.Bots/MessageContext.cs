using Xmtp.Client;
using Xmtp.Client.Conversations;
using Xmtp.ContentTypes;
using Xmtp.Cryptography;
using Xmtp.Protocol.Errors;

namespace Xmtp.Bots;

/// <summary>What a handler of a message works with.</summary>
public class MessageContext : BotContext
{
    internal MessageContext(XmtpClient client, DecodedMessage message, IServiceProvider services, CancellationToken cancellationToken)
        : base(client, message.Conversation, services, cancellationToken) => Message = message;

    private protected MessageContext(MessageContext other)
        : base(other.Client, other.Conversation, other.Services, other.CancellationToken) => Message = other.Message;

    /// <summary>The message.</summary>
    public DecodedMessage Message { get; }

    /// <summary>Who wrote it. Never the bot itself.</summary>
    public EthereumAddress Sender => Message.Sender;

    /// <summary>The text of a text message, or of a reply in text; null for other content.</summary>
    public string? Text => Message.Content switch
    {
        string text => text,
        Reply { Content: string text } => text,
        _ => null,
    };

    /// <summary>Answers in a way that apps show beside the message answered. Apps that do not know replies show what they make of it.</summary>
    /// <param name="content">A text, or what a codec is registered for.</param>
    /// <param name="cancellationToken">Ends the call; <see cref="BotContext.CancellationToken"/> when none is given.</param>
    /// <exception cref="XmtpException">What <see cref="Conversation.SendAsync{T}(T, CancellationToken)"/> says.</exception>
    public Task<DecodedMessage> QuoteAsync<T>(T content, CancellationToken cancellationToken = default)
        where T : notnull => ReplyAsync(new Reply(Message.Id.ToString(), content), cancellationToken);

    /// <summary>Reacts to the message.</summary>
    /// <param name="emoji">For example 👍.</param>
    /// <param name="cancellationToken">Ends the call; <see cref="BotContext.CancellationToken"/> when none is given.</param>
    /// <exception cref="XmtpException">What <see cref="Conversation.SendAsync{T}(T, CancellationToken)"/> says.</exception>
    public Task<DecodedMessage> ReactAsync(string emoji, CancellationToken cancellationToken = default) =>
        ReplyAsync(new Reaction { Reference = Message.Id.ToString(), Content = emoji }, cancellationToken);
}
