namespace Xmtp.Cli.Contexts;

/// <summary>Names of contexts and networks. They become names of folders, so they are plain.</summary>
internal static class ContextName
{
    public const string Rule = "1 to 64 letters, digits, dots, dashes and underscores, the first a letter or digit";
    private const int LengthMaxChars = 64;

    public static bool IsValid(string? name) => name is { Length: > 0 and <= LengthMaxChars } && char.IsAsciiLetterOrDigit(name[0]) &&
        name.All(static c => char.IsAsciiLetterOrDigit(c) || c is '.' or '-' or '_');
}
