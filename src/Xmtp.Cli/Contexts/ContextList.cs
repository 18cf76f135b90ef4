namespace Xmtp.Cli.Contexts;

/// <summary>The file of contexts.</summary>
/// <param name="Version">Its format.</param>
/// <param name="Current">The context that is used unless another is asked for; null for none.</param>
/// <param name="Contexts">All by name.</param>
internal sealed record ContextList(int Version, string? Current, IReadOnlyDictionary<string, ContextSettings> Contexts)
{
    public const int CurrentVersion = 1;

    public static ContextList Empty { get; } = new(CurrentVersion, null, new Dictionary<string, ContextSettings>());
}
