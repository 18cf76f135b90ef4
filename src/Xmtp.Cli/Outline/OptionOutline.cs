using System.CommandLine;
using System.CommandLine.Completions;

namespace Xmtp.Cli.Outline;

/// <summary>An option of a verb.</summary>
/// <param name="Name">Its name, with dashes.</param>
/// <param name="Aliases">Other names, those with dashes.</param>
/// <param name="ValueName">What its value is, for example <c>path</c>; null when it takes none.</param>
/// <param name="IsValueOptional">Whether it may stand without its value.</param>
/// <param name="Description">What it does.</param>
/// <param name="Default">What applies without it; null when nothing does, when that differs from user to user, or when the description tells.</param>
/// <param name="Choices">The words that its value can be; none when it can be anything.</param>
internal sealed record OptionOutline(
    string Name, IReadOnlyList<string> Aliases, string? ValueName, bool IsValueOptional, string Description, string? Default, IReadOnlyList<string> Choices)
{
    private static readonly string[] s_placeholders = ["port", "path", "number", "address"];

    /// <summary>How it stands in a synopsis.</summary>
    public string Synopsis => ValueName is null ? Name : IsValueOptional ? $"{Name} [{ValueName}]" : $"{Name} <{ValueName}>";

    /// <summary>What it does, and what applies without it, as in the help.</summary>
    public string Explanation => Default is null ? Description : $"{Description} [default: {Default}]";

    /// <summary>Whether its value names a file or a directory.</summary>
    public bool TakesPath => ValueName is "path" or "file" or "directory";

    /// <summary>Outlines an option.</summary>
    public static OptionOutline Of(Option option)
    {
        var valueName = option.Arity.MaximumNumberOfValues == 0 || option.ValueType == typeof(bool) ? null : option.HelpName ?? option.Name.TrimStart('-');
        var choices = valueName is null ? [] : option.GetCompletions(CompletionContext.Empty).Select(static item => item.InsertText ?? item.Label).ToList();
        // A value name like on|off lists all that there is; one like port|off what there is beside a port.
        if (choices.Count == 0 && valueName is not null && valueName.Contains('|', StringComparison.Ordinal)) choices = [.. valueName.Split('|').Except(s_placeholders)];
        return new OptionOutline(option.Name, [.. option.Aliases.Where(static alias => alias.StartsWith('-'))], valueName, option.Arity.MinimumNumberOfValues == 0, option.Description ?? "", valueName is not null && option.HasDefaultValue ? DefaultOf(option.GetDefaultValue()) : null, choices);
    }

    private static string? DefaultOf(object? value) => value switch
    {
        TimeSpan time => time < TimeSpan.FromMinutes(1) ? $"{time.TotalSeconds}s" : $"{time.TotalMinutes}m",
        int or uint or long or ulong => $"{value}",
        _ => null,
    };
}
