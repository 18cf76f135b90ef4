namespace Xmtp.ContentTypes;

/// <summary>What one message may cost its reader, and what a writer compresses. A message that asks for more is refused, not cut.</summary>
public sealed record ContentLimits
{
    /// <summary>The values of a new <see cref="ContentLimits"/>.</summary>
    public static ContentLimits Default { get; } = new();

    /// <summary>How many bytes all compressed parts of one message may inflate to together; 1 MiB.</summary>
    public int InflatedLengthMax
    {
        get;
        init => field = AtLeast(value, 0, nameof(InflatedLengthMax));
    } = 1 << 20;

    /// <summary>
    /// Content above this many bytes is sent as it is, even when compression is asked for. 1000, because published
    /// JavaScript clients drop messages that inflate to more. Raise it where none of those read along.
    /// </summary>
    public int CompressedSourceLengthMax
    {
        get;
        init => field = AtLeast(value, 0, nameof(CompressedSourceLengthMax));
    } = 1000;

    /// <summary>How deep replies and composites may nest; 16. A message that nests nothing has depth 1.</summary>
    public int DepthMax
    {
        get;
        init => field = AtLeast(value, 1, nameof(DepthMax));
    } = 16;

    /// <summary>How many parts all composites of one message may have together; 1024.</summary>
    public int PartsMax
    {
        get;
        init => field = AtLeast(value, 0, nameof(PartsMax));
    } = 1024;

    private static int AtLeast(int value, int least, string name)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(value, least, name);
        return value;
    }
}
