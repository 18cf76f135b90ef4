using System.Diagnostics.CodeAnalysis;
using Proto = Xmtp.Protocol.MessageContents;

namespace Xmtp.ContentTypes;

/// <summary>What a reader got from an encoded content: a value, or the reason why there is none and what to show instead.</summary>
public sealed record DecodedContent
{
    /// <summary>The type as the sender stated it.</summary>
    public required ContentTypeId Type { get; init; }

    /// <summary>The value, of the class that the type's codec reads; null when no codec serves <see cref="Type"/>.</summary>
    public object? Content { get; init; }

    /// <summary>The sender's text for readers that do not know the type; null when there is none. It is the sender's word alone.</summary>
    public string? Fallback { get; init; }

    /// <summary>Why <see cref="Content"/> is null, for example <c>unknown content type example.com/poll:1.0</c>; null when it is not.</summary>
    public string? Error { get; init; }

    /// <summary>Whether such content wakes the receiver's devices, by this reader's codec; false for unknown types.</summary>
    public bool ShouldPush { get; init; }

    /// <summary>The content as received, still compressed if it was.</summary>
    public required Proto.EncodedContent Encoded { get; init; }

    /// <summary>Whether a codec served the type.</summary>
    [MemberNotNullWhen(true, nameof(Content))]
    [MemberNotNullWhen(false, nameof(Error))]
    public bool IsKnown => Content is not null;

    /// <summary>The value as a <typeparamref name="T"/>, if it is one.</summary>
    public bool TryGet<T>([MaybeNullWhen(false)] out T content)
    {
        if (Content is T typed)
        {
            content = typed;
            return true;
        }

        content = default;
        return false;
    }

    /// <summary>Type and error alone: what people write stays out of logs.</summary>
    public override string ToString() => Error is null ? $"content of type {Type}" : Error;
}
