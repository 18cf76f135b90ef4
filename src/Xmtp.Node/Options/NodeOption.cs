namespace Xmtp.Node.Options;

/// <summary>
/// One option as an operator meets it: the same name as a flag (<c>--http-port</c>), as an environment variable
/// (<c>XMTP_HTTP_PORT</c>) and as a member of the JSON file (<c>"http-port"</c>).
/// </summary>
public sealed class NodeOption
{
    internal NodeOption(string name, string valueName, string description, string defaultText, Func<NodeOptions, IReadOnlyList<string>, NodeOptions> apply)
    {
        Name = name;
        ValueName = valueName;
        Description = description;
        DefaultText = defaultText;
        Apply = apply;
    }

    /// <summary>The name, without dashes in front.</summary>
    public string Name { get; }

    /// <summary>What a value looks like, for example <c>port</c>.</summary>
    public string ValueName { get; }

    /// <summary>What it does, in one sentence.</summary>
    public string Description { get; }

    /// <summary>What applies when it is not set.</summary>
    public string DefaultText { get; }

    /// <summary>Whether it may be given several times (flag), separated by commas (variable) or as an array (file).</summary>
    public bool IsList { get; init; }

    /// <summary>Whether it is on or off; the bare flag means on.</summary>
    public bool IsSwitch { get; init; }

    /// <summary>The environment variable.</summary>
    public string EnvironmentVariable => "XMTP_" + Name.Replace('-', '_').ToUpperInvariant();

    /// <summary>Puts the values in; a <see cref="FormatException"/> says what was expected.</summary>
    internal Func<NodeOptions, IReadOnlyList<string>, NodeOptions> Apply { get; }
}
