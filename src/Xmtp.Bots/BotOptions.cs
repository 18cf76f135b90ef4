namespace Xmtp.Bots;

/// <summary>How a bot works; section <c>Xmtp:Bot</c> of the configuration, <c>Xmtp:Accounts:NAME:Bot</c> for a named account.</summary>
public sealed class BotOptions
{
    /// <summary>In how many conversations handlers run at once. Within one conversation it is always one at a time.</summary>
    public int Parallelism { get; set; } = 16;

    /// <summary>How many messages wait for their handlers; beyond that the bot reads no further.</summary>
    public int WaitingMax { get; set; } = 1024;

    /// <summary>
    /// How many messages of one peer are handled in <see cref="PeerWindow"/>; what is more is left unanswered. It keeps a bot that meets
    /// another bot from talking for ever.
    /// </summary>
    public int MessagesPerPeer { get; set; } = 30;

    /// <summary>The time that <see cref="MessagesPerPeer"/> is counted over.</summary>
    public TimeSpan PeerWindow { get; set; } = TimeSpan.FromMinutes(1);

    /// <summary>How long handlers of one message may take before their token is cancelled.</summary>
    public TimeSpan HandlerTimeout { get; set; } = TimeSpan.FromMinutes(2);

    /// <summary>Whether <c>/help</c> lists the commands, where the bot has commands and none of that name.</summary>
    public bool Help { get; set; } = true;
}
