namespace Xmtp.ContentTypes;

/// <summary>An answer to an earlier message, with content of any type.</summary>
public sealed record Reply
{
    /// <summary>Makes a reply.</summary>
    /// <param name="reference">Id of the message answered, in hex as clients show it.</param>
    /// <param name="content">The answer: a text, an attachment, or whatever a codec writes.</param>
    /// <param name="contentType">Type of <paramref name="content"/>; null for the one registered for its class.</param>
    public Reply(string reference, object content, ContentTypeId? contentType = null)
    {
        ArgumentNullException.ThrowIfNull(reference);
        ArgumentNullException.ThrowIfNull(content);
        Reference = reference;
        Content = content;
        ContentType = contentType;
    }

    /// <summary>Id of the message answered.</summary>
    public string Reference { get; }

    /// <summary>The answer.</summary>
    public object Content { get; }

    /// <summary>Type of <see cref="Content"/>; always set on replies that were received.</summary>
    public ContentTypeId? ContentType { get; }

    /// <summary>Inbox id of the author of the message answered; V3 apps set it.</summary>
    public string? ReferenceInboxId { get; init; }

    /// <summary>Everything but the content: what people write stays out of logs.</summary>
    public override string ToString() => $"reply of type {ContentType} to {Reference}";
}
