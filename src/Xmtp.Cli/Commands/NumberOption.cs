using System.CommandLine;
using System.Globalization;

namespace Xmtp.Cli.Commands;

/// <summary>An option that counts messages.</summary>
internal static class NumberOption
{
    public static Option<int?> Create(string name, string description) => new(name)
    {
        Description = description,
        HelpName = "number",
        CustomParser = result =>
        {
            var text = result.Tokens.Count == 1 ? result.Tokens[0].Value : "";
            if (int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var number) && number > 0) return number;
            result.AddError($"{name}: '{text}' is not a whole number above 0.");
            return null;
        },
    };
}
