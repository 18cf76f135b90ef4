namespace Xmtp.ContentTypes;

/// <summary>Several contents in one message, as a tree.</summary>
public sealed class Composite
{
    /// <summary>Makes a composite of parts.</summary>
    public Composite(IEnumerable<CompositePart> parts)
    {
        ArgumentNullException.ThrowIfNull(parts);
        Parts = [.. parts];
    }

    /// <summary>The parts, in order.</summary>
    public IReadOnlyList<CompositePart> Parts { get; }

    /// <summary>Makes a composite of values; a <see cref="Composite"/> among them becomes a branch.</summary>
    public static Composite Of(params IEnumerable<object> contents) => new(contents.Select(content => new CompositePart(content)));

    /// <summary>The number of parts alone: what people write stays out of logs.</summary>
    public override string ToString() => $"composite of {Parts.Count} parts";
}
