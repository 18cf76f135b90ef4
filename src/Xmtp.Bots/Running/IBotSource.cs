using Xmtp.Client;

namespace Xmtp.Bots.Running;

/// <summary>Where a bot's work comes from. Each sequence lasts until its token is cancelled or the client is closed.</summary>
internal interface IBotSource
{
    /// <summary>Messages of all conversations.</summary>
    /// <param name="client">The bot's client.</param>
    /// <param name="opened">Called when nothing that is sent from then on is missed.</param>
    /// <param name="cancellationToken">Ends the sequence.</param>
    IAsyncEnumerable<BotEvent> ReadMessagesAsync(XmtpClient client, Action opened, CancellationToken cancellationToken);

    /// <summary>A message needs no more handling. Called once for each that was read, unless handling was broken off.</summary>
    Task HandledAsync(BotEvent work);

    /// <summary>Conversations that begin.</summary>
    IAsyncEnumerable<BotEvent> ReadConversationsAsync(XmtpClient client, CancellationToken cancellationToken);
}
