using System.Text;

namespace Xmtp.Cli.Output;

/// <summary>Questions to the person at the terminal.</summary>
internal static class Terminal
{
    /// <summary>Asks for what nobody may see over a shoulder: nothing is shown of what is typed.</summary>
    public static string AskSecret(string prompt)
    {
        Console.Error.Write(prompt);
        var text = new StringBuilder();
        for (var key = Console.ReadKey(intercept: true); key.Key != ConsoleKey.Enter; key = Console.ReadKey(intercept: true))
        {
            if (key.Key == ConsoleKey.Backspace) text.Length = Math.Max(0, text.Length - 1);
            else if (!char.IsControl(key.KeyChar)) text.Append(key.KeyChar);
        }

        Console.Error.WriteLine();
        return text.ToString();
    }

    /// <summary>Asks for a text of any number of lines.</summary>
    public static string AskText(string prompt)
    {
        Console.Error.WriteLine(prompt);
        var lines = new List<string>();
        while (Console.In.ReadLine() is { } line) lines.Add(line);
        return string.Join('\n', lines);
    }
}
