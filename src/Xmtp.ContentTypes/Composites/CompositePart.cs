namespace Xmtp.ContentTypes;

/// <summary>One part of a <see cref="Composite"/>: a value, or a composite of its own.</summary>
public sealed class CompositePart
{
    /// <summary>Makes a part to send.</summary>
    /// <param name="content">The value, or a <see cref="Composite"/> for a branch.</param>
    /// <param name="type">Type of the value; null for the one registered for its class.</param>
    public CompositePart(object content, ContentTypeId? type = null)
    {
        ArgumentNullException.ThrowIfNull(content);
        Content = content;
        Type = type;
    }

    internal CompositePart(DecodedContent decoded)
    {
        Content = decoded.Content;
        Type = decoded.Type;
        Fallback = decoded.Fallback;
        Error = decoded.Error;
    }

    /// <summary>The value, or a <see cref="Composite"/>; null in a received part whose type is unknown.</summary>
    public object? Content { get; }

    /// <summary>Type of the value; always set on values that were received, never on branches.</summary>
    public ContentTypeId? Type { get; }

    /// <summary>The sender's text for readers that do not know the type.</summary>
    public string? Fallback { get; }

    /// <summary>Why <see cref="Content"/> is null.</summary>
    public string? Error { get; }

    /// <summary>The type alone: what people write stays out of logs.</summary>
    public override string ToString() => Error ?? $"part of type {Type}";
}
