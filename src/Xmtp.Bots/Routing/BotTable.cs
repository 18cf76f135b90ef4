using System.Text;

namespace Xmtp.Bots.Routing;

/// <summary>What a bot does with what arrives. Complete before the bot starts; only read afterwards.</summary>
internal sealed class BotTable
{
    private readonly List<Func<MessageContext, Func<Task>, Task>> _filters = [];
    private readonly List<Func<MessageContext, Task?>> _handlers = [];
    private readonly List<BotCommand> _commands = [];
    private bool _closed;

    public Func<BotContext, Task>? Conversation { get; private set; }

    /// <summary>Whether a filter looks at what the account decided about its peers.</summary>
    public bool NeedsConsent { get; set; }

    public bool ShowsHelp { get; set; } = true;

    public void Add(Func<MessageContext, Func<Task>, Task> filter) => Open(_filters).Add(filter);

    /// <param name="handler">Gives null when the message is not for it.</param>
    public void Add(Func<MessageContext, Task?> handler) => Open(_handlers).Add(handler);

    /// <exception cref="ArgumentException">There is one of that name.</exception>
    public void Add(BotCommand command)
    {
        if (_commands.Any(known => string.Equals(known.Name, command.Name, StringComparison.OrdinalIgnoreCase)))
            throw new ArgumentException($"There is a command {command.Name} already.", nameof(command));
        Open(_commands).Add(command);
    }

    public void Add(Func<BotContext, Task> conversation)
    {
        var earlier = Conversation;
        Open(_handlers);
        Conversation = earlier is null ? conversation : async context =>
        {
            await earlier(context).ConfigureAwait(false);
            await conversation(context).ConfigureAwait(false);
        };
    }

    /// <summary>Nothing more is added: handlers run.</summary>
    public void Close()
    {
        _closed = true;
        const string HelpName = "/help";
        if (ShowsHelp && _commands.Count > 0 && !_commands.Any(static command => command.Matches(HelpName)))
            _commands.Add(new BotCommand(HelpName, "Shows this list.", context => context.ReplyAsync(Help)));
    }

    /// <summary>The commands with what they are for, one a line.</summary>
    public string Help
    {
        get
        {
            var text = new StringBuilder();
            foreach (var command in _commands) text.Append(command.Usage).Append(command.Description.Length > 0 ? ": " : "").Append(command.Description).Append('\n');
            return text.ToString().TrimEnd();
        }
    }

    /// <summary>Runs the filters, and inside of them the first command or handler that the message is for.</summary>
    /// <returns>Whether there was one. False also when a filter kept the message from it.</returns>
    public async Task<bool> HandleAsync(MessageContext context)
    {
        var handled = false;
        await NextAsync(0).ConfigureAwait(false);
        return handled;

        async Task NextAsync(int index)
        {
            if (index < _filters.Count) await _filters[index](context, () => NextAsync(index + 1)).ConfigureAwait(false);
            else handled = await RouteAsync(context).ConfigureAwait(false);
        }
    }

    private async Task<bool> RouteAsync(MessageContext context)
    {
        if (context.Text is { } text && _commands.FirstOrDefault(command => command.Matches(text)) is { } command)
        {
            try
            {
                await command.Handler(new CommandContext(context, command, command.Parse(text))).ConfigureAwait(false);
            }
            catch (CommandUsageException wrong)
            {
                await context.ReplyAsync($"{wrong.Message}\n{command.Usage}").ConfigureAwait(false);
            }

            return true;
        }

        foreach (var handler in _handlers)
        {
            if (handler(context) is not { } handling) continue;
            await handling.ConfigureAwait(false);
            return true;
        }

        return false;
    }

    private List<T> Open<T>(List<T> list) => _closed ? throw new InvalidOperationException("The bot runs already; add handlers before.") : list;
}
