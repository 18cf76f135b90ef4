using System.Text.Json;

namespace Xmtp.Node.Options;

/// <summary>
/// Puts a node's options together: defaults, then the JSON file, then environment variables, then flags; the later
/// wins. Every problem of every source is collected before any is reported.
/// </summary>
public static class NodeOptionsLoader
{
    /// <summary>The flag and variable that name the JSON file.</summary>
    public const string ConfigFlag = "config";

    private const string ConfigVariable = "XMTP_CONFIG";
    private const int FileLengthMaxBytes = 1 << 20;

    /// <summary>Reads the options.</summary>
    /// <param name="flags">Flags by name without dashes, each with all its values; <c>config</c> names the file.</param>
    /// <param name="environment">Environment variables. Those that name no option are left alone: clients use the prefix too.</param>
    /// <exception cref="NodeOptionsException">Something is wrong; all of it is listed.</exception>
    public static NodeOptions Load(IReadOnlyDictionary<string, IReadOnlyList<string>> flags, IReadOnlyDictionary<string, string> environment)
    {
        ArgumentNullException.ThrowIfNull(flags);
        ArgumentNullException.ThrowIfNull(environment);
        var errors = new List<string>();
        var file = ReadFile(ConfigPath(flags, environment), errors);
        foreach (var name in flags.Keys.Where(static name => name != ConfigFlag && !IsKnown(name))) errors.Add($"--{name}: no such option");

        var options = new NodeOptions();
        foreach (var option in NodeOptionList.All)
        {
            // An empty variable counts as not set, as deployments commonly blank what they do not use.
            // Each source is applied although a later one wins, so that a wrong value is found wherever it stands.
            if (file.TryGetValue(option.Name, out var fileValues)) options = Apply(options, option, $"\"{option.Name}\" in the file", fileValues, errors);
            if (environment.TryGetValue(option.EnvironmentVariable, out var text) && !string.IsNullOrWhiteSpace(text)) options = Apply(options, option, option.EnvironmentVariable, Split(option, text), errors);
            if (flags.TryGetValue(option.Name, out var flagValues)) options = Apply(options, option, $"--{option.Name}", FromFlag(option, flagValues), errors);
        }

        errors.AddRange(NodeOptionsValidator.Validate(options));
        return errors.Count == 0 ? options : throw new NodeOptionsException(errors);
    }

    private static NodeOptions Apply(NodeOptions options, NodeOption option, string where, IReadOnlyList<string> values, List<string> errors)
    {
        if (!option.IsList && values.Count != 1)
        {
            errors.Add($"{where}: must be given once, with one value");
            return options;
        }

        try
        {
            return option.Apply(options, values);
        }
        catch (FormatException problem)
        {
            errors.Add($"{where}: {problem.Message}");
            return options;
        }
    }

    private static bool IsKnown(string name) => NodeOptionList.All.Any(option => option.Name == name);

    private static IReadOnlyList<string> FromFlag(NodeOption option, IReadOnlyList<string> values) =>
        option.IsSwitch && values.Count == 0 ? ["on"] : option.IsList ? [.. values.SelectMany(value => Split(option, value))] : values;

    private static string[] Split(NodeOption option, string text) =>
        option.IsList ? text.Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries) : [text.Trim()];

    private static string? ConfigPath(IReadOnlyDictionary<string, IReadOnlyList<string>> flags, IReadOnlyDictionary<string, string> environment) =>
        flags.TryGetValue(ConfigFlag, out var values) && values.Count > 0 ? values[^1] : environment.GetValueOrDefault(ConfigVariable);

    private static Dictionary<string, IReadOnlyList<string>> ReadFile(string? path, List<string> errors)
    {
        var found = new Dictionary<string, IReadOnlyList<string>>();
        if (path is null) return found;
        try
        {
            if (new FileInfo(path) is { Exists: true, Length: > FileLengthMaxBytes })
            {
                errors.Add($"--{ConfigFlag}: {path} is larger than a megabyte, so it is not a file of options");
                return found;
            }

            using var document = JsonDocument.Parse(File.ReadAllBytes(path), new JsonDocumentOptions { CommentHandling = JsonCommentHandling.Skip, AllowTrailingCommas = true });
            if (document.RootElement.ValueKind != JsonValueKind.Object)
            {
                errors.Add($"--{ConfigFlag}: {path} must hold one JSON object");
                return found;
            }

            foreach (var member in document.RootElement.EnumerateObject())
            {
                if (!IsKnown(member.Name)) errors.Add($"\"{member.Name}\" in the file: no such option");
                else if (ReadValues(member.Value) is not { } values) errors.Add($"\"{member.Name}\" in the file: must be a text, a number, true or false, or a list of them");
                else if (!found.TryAdd(member.Name, values)) errors.Add($"\"{member.Name}\" in the file: appears twice");
            }
        }
        catch (JsonException problem)
        {
            errors.Add($"--{ConfigFlag}: {path} is not valid JSON (line {problem.LineNumber + 1})");
        }
        catch (Exception problem) when (problem is IOException or UnauthorizedAccessException or ArgumentException)
        {
            errors.Add($"--{ConfigFlag}: {path} cannot be read ({problem.Message})");
        }

        return found;
    }

    private static string[]? ReadValues(JsonElement element)
    {
        if (element.ValueKind != JsonValueKind.Array) return ReadValue(element) is { } single ? [single] : null;
        var values = element.EnumerateArray().Select(ReadValue).OfType<string>().ToArray();
        return values.Length == element.GetArrayLength() ? values : null;
    }

    private static string? ReadValue(JsonElement element) => element.ValueKind switch
    {
        JsonValueKind.String => element.GetString(),
        JsonValueKind.Number or JsonValueKind.True or JsonValueKind.False => element.GetRawText(),
        _ => null,
    };
}
