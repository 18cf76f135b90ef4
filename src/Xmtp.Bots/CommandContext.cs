using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using Xmtp.Bots.Routing;

namespace Xmtp.Bots;

/// <summary>What a handler of a command works with.</summary>
public sealed class CommandContext : MessageContext
{
    private readonly BotCommand _command;

    internal CommandContext(MessageContext message, BotCommand command, IReadOnlyList<string> arguments)
        : base(message) => (_command, Arguments) = (command, arguments);

    /// <summary>The command as it was registered, for example <c>/weather</c>.</summary>
    public string Command => _command.Name;

    /// <summary>What was written after the command. Quotes hold words together; an argument named with <c>…</c> takes the whole rest.</summary>
    public IReadOnlyList<string> Arguments { get; }

    /// <summary>The value of an argument, as a number, a date or whatever its text can be read as.</summary>
    /// <param name="name">Its name in the pattern, without brackets.</param>
    /// <exception cref="CommandUsageException">It is missing, or cannot be read so. Thrown out of a handler, the peer is told how to use the command.</exception>
    /// <exception cref="ArgumentException">The pattern has no argument of that name: a mistake in the program.</exception>
    public T Get<T>(string name)
        where T : IParsable<T> => TryGet<T>(name, out var value) ? value : throw new CommandUsageException($"{name} is missing.");

    /// <summary>The value of an argument, if it was given.</summary>
    /// <param name="name">Its name in the pattern, without brackets.</param>
    /// <param name="value">The value.</param>
    /// <exception cref="CommandUsageException">It was given and cannot be read so.</exception>
    /// <exception cref="ArgumentException">The pattern has no argument of that name: a mistake in the program.</exception>
    public bool TryGet<T>(string name, [MaybeNullWhen(false)] out T value)
        where T : IParsable<T>
    {
        var index = _command.IndexOf(name);
        value = default;
        if (index >= Arguments.Count) return false;
        return T.TryParse(Arguments[index], CultureInfo.InvariantCulture, out value) ? true : throw new CommandUsageException($"{name} cannot be '{Arguments[index]}'.");
    }
}
