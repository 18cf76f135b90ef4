namespace Xmtp.Site;

/// <summary>The parts of the navigation, in their order.</summary>
internal static class Groups
{
    public const string Start = "Start";
    public const string Api = "API";

    /// <summary>Folder or file of the repository, and the part it belongs to; the first that fits counts.</summary>
    public static IReadOnlyList<(string Prefix, string Group)> Of { get; } =
    [
        ("docs/concepts/", "Concepts"),
        ("docs/guides/", "Guides"),
        ("docs/operating/", "Operating"),
        ("docs/reference/", "Reference"),
        ("docs/adr/", "Decisions"),
        ("docs/", Start),
        ("samples/", Start),
        ("README.md", Start),
        ("", "The project"),
    ];

    public static List<string> Order { get; } = [Start, "Concepts", "Guides", "Operating", "Reference", Api, "Decisions", "The project"];
}
