namespace Xmtp.Site;

/// <summary>Files that are put beside the pages as they are.</summary>
internal static class Assets
{
    public static IReadOnlyList<string> Names { get; } = ["site.css", "site.js"];

    public static string Read(string name)
    {
        using var reader = new StreamReader(typeof(Assets).Assembly.GetManifestResourceStream(name)!);
        return reader.ReadToEnd();
    }
}
