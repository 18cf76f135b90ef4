using Microsoft.Extensions.Logging;
using Xmtp.Client.Messages;
using Xmtp.Cryptography;
using Xmtp.Protocol.Topics;

namespace Xmtp.Bots;

/// <summary>What bots log; never content. Event ids 4200 to 4299.</summary>
internal static partial class BotLog
{
    [LoggerMessage(4200, LogLevel.Information, "The bot {Account} listens")]
    public static partial void Listening(ILogger logger, EthereumAddress account);

    [LoggerMessage(4201, LogLevel.Error, "A handler failed on message {Message} of {Peer}; the bot goes on")]
    public static partial void HandlerFailed(ILogger logger, MessageId message, EthereumAddress peer, Exception exception);

    [LoggerMessage(4202, LogLevel.Error, "A handler failed on the conversation {Topic}; the bot goes on")]
    public static partial void ConversationHandlerFailed(ILogger logger, Topic topic, Exception exception);

    [LoggerMessage(4203, LogLevel.Warning, "{Peer} writes more than {Messages} messages in {Seconds} s; what is more is left unanswered")]
    public static partial void PeerTooFast(ILogger logger, EthereumAddress peer, int messages, double seconds);

    [LoggerMessage(4204, LogLevel.Warning, "The bot cannot listen ({Cause}); trying again in {DelaySeconds} s")]
    public static partial void CannotListen(ILogger logger, string cause, double delaySeconds, Exception exception);

    [LoggerMessage(4205, LogLevel.Debug, "No handler for message {Message}, {ContentType}")]
    public static partial void NotHandled(ILogger logger, MessageId message, ContentTypes.ContentTypeId contentType);

    [LoggerMessage(4206, LogLevel.Warning, "A handler was cancelled: it took too long, or the bot could not wait for it any longer")]
    public static partial void HandlerCancelled(ILogger logger);

    [LoggerMessage(4208, LogLevel.Warning, "It could not be noted that a message was handled; after the next start it is handled again")]
    public static partial void NotNoted(ILogger logger, Exception exception);
}
