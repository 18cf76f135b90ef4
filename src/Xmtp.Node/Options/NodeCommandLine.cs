using System.CommandLine;

namespace Xmtp.Node.Options;

/// <summary>The options of a node as flags, for any command that starts one.</summary>
public sealed class NodeCommandLine
{
    private readonly List<(string Name, Option<string[]> Flag)> _flags = [];

    /// <summary>Adds all flags to a command.</summary>
    /// <param name="command">The command.</param>
    public NodeCommandLine(Command command)
    {
        ArgumentNullException.ThrowIfNull(command);
        Add(command, NodeOptionsLoader.ConfigFlag, "path", "JSON file of options: the names below without dashes in front. Variables and flags override it.", ArgumentArity.ExactlyOne);
        foreach (var option in NodeOptionList.All)
        {
            var description = $"{option.Description} [default: {option.DefaultText}] [{option.EnvironmentVariable}]";
            Add(command, option.Name, option.ValueName, description, option.IsSwitch ? ArgumentArity.ZeroOrMore : ArgumentArity.OneOrMore);
        }
    }

    /// <summary>Puts the options together from a parsed command line, the environment and the file that either names.</summary>
    /// <param name="parsed">The command line.</param>
    /// <param name="environment">Environment variables.</param>
    /// <exception cref="NodeOptionsException">Something is wrong; all of it is listed.</exception>
    public NodeOptions Load(ParseResult parsed, IReadOnlyDictionary<string, string> environment)
    {
        ArgumentNullException.ThrowIfNull(parsed);
        var flags = _flags
            .Where(flag => parsed.GetResult(flag.Flag) is { Implicit: false })
            .ToDictionary(static flag => flag.Name, flag => (IReadOnlyList<string>)(parsed.GetValue(flag.Flag) ?? []));
        return NodeOptionsLoader.Load(flags, environment);
    }

    private void Add(Command command, string name, string valueName, string description, ArgumentArity arity)
    {
        var flag = new Option<string[]>("--" + name)
        {
            Description = description,
            HelpName = valueName,
            Arity = arity,
            AllowMultipleArgumentsPerToken = false,
            // The built-in one makes no array of a single value where at most one is allowed.
            CustomParser = static result => [.. result.Tokens.Select(static token => token.Value)],
        };
        command.Options.Add(flag);
        _flags.Add((name, flag));
    }
}
