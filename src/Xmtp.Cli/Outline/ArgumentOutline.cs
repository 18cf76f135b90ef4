using System.CommandLine;
using System.CommandLine.Completions;

namespace Xmtp.Cli.Outline;

/// <summary>An argument of a verb.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Description">What it is.</param>
/// <param name="IsOptional">Whether it may be left out.</param>
/// <param name="Choices">The words that it can be; none when it can be anything.</param>
internal sealed record ArgumentOutline(string Name, string Description, bool IsOptional, IReadOnlyList<string> Choices)
{
    /// <summary>How it stands in a synopsis.</summary>
    public string Synopsis => IsOptional ? $"[{Name}]" : $"<{Name}>";

    /// <summary>Outlines an argument.</summary>
    public static ArgumentOutline Of(Argument argument) => new(
        argument.HelpName ?? argument.Name, argument.Description ?? "", argument.Arity.MinimumNumberOfValues == 0,
        [.. argument.GetCompletions(CompletionContext.Empty).Select(static item => item.InsertText ?? item.Label)]);
}
