using Xmtp.Bots.Routing;
using Xmtp.Client.Consent;
using Xmtp.ContentTypes;

namespace Xmtp.Bots;

/// <summary>
/// What a bot does with what arrives. A message goes through the filters in their order, then to the command it calls, or else
/// to the first handler whose content it has. What the bot's own account writes, here or on another device, is left alone.
/// Complete it before the bot runs.
/// </summary>
public class BotRoutes
{
    internal BotRoutes(BotTable table) => Table = table;

    internal BotTable Table { get; }

    /// <summary>Adds a filter around everything after it: it looks at a message, calls <c>next</c> or does not, and may act afterwards.</summary>
    /// <param name="filter">Gets the message and what comes next.</param>
    public BotRoutes Use(Func<MessageContext, Func<Task>, Task> filter)
    {
        ArgumentNullException.ThrowIfNull(filter);
        Table.Add(filter);
        return this;
    }

    /// <summary>Lets only some messages through to what is called after it.</summary>
    public BotRoutes Where(Func<MessageContext, bool> condition)
    {
        ArgumentNullException.ThrowIfNull(condition);
        return Use((context, next) => condition(context) ? next() : Task.CompletedTask);
    }

    /// <summary>Lets only peers through that the account allowed. What other devices of the account decide counts when the bot starts anew.</summary>
    public BotRoutes OnlyAllowed()
    {
        Table.NeedsConsent = true;
        return Where(static context => context.Client.Consent.StateOf(context.Sender) == ConsentState.Allowed);
    }

    /// <summary>Keeps peers away that the account denied. What other devices of the account decide counts when the bot starts anew.</summary>
    public BotRoutes ExceptDenied()
    {
        Table.NeedsConsent = true;
        return Where(static context => context.Client.Consent.StateOf(context.Sender) != ConsentState.Denied);
    }

    /// <summary>Handles messages whose content is a <typeparamref name="T"/>; <see cref="object"/> for whatever a codec could read.</summary>
    public BotRoutes OnMessage<T>(Func<MessageContext, T, Task> handler)
    {
        ArgumentNullException.ThrowIfNull(handler);
        Table.Add(context => context.Message.TryGet<T>(out var content) ? handler(context, content) : null);
        return this;
    }

    /// <summary>Handles texts, and replies in text, that call no command.</summary>
    public BotRoutes OnText(Func<MessageContext, string, Task> handler)
    {
        ArgumentNullException.ThrowIfNull(handler);
        Table.Add(context => context.Text is { } text ? handler(context, text) : null);
        return this;
    }

    /// <summary>Handles reactions, those that are taken back included.</summary>
    public BotRoutes OnReaction(Func<MessageContext, Reaction, Task> handler) => OnMessage(handler);

    /// <summary>Handles conversations that begin while the bot runs, whoever begins them. Several handlers run one after the other.</summary>
    public BotRoutes OnConversation(Func<BotContext, Task> handler)
    {
        ArgumentNullException.ThrowIfNull(handler);
        Table.Add(handler);
        return this;
    }

    /// <summary>
    /// Handles texts that call a command. A call with too few or too many arguments is answered with how to use it.
    /// </summary>
    /// <param name="pattern">
    /// The command and its arguments: <c>/remind &lt;minutes&gt; [text…]</c>. Those in square brackets may be left out, and the last one with
    /// <c>…</c> takes the whole rest.
    /// </param>
    /// <param name="description">One line for <c>/help</c>.</param>
    /// <param name="handler">The handler.</param>
    /// <exception cref="ArgumentException">The pattern is none, or there is a command of that name.</exception>
    public BotRoutes Command(string pattern, string description, Func<CommandContext, Task> handler)
    {
        Table.Add(new BotCommand(pattern, description, handler));
        return this;
    }
}
