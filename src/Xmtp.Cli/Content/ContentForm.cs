using System.Text.Json.Serialization;

namespace Xmtp.Cli.Content;

/// <summary>What a message says, in JSON: exactly one member is there, or none for a part whose type nobody here knows. Taken by <c>send --json-in</c> and <c>serve</c>, given by everything that shows messages.</summary>
public sealed record ContentForm
{
    /// <summary>A plain text.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? Text { get; init; }

    /// <summary>A text in Markdown.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? Markdown { get; init; }

    /// <summary>An answer to a message.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public ReplyForm? Reply { get; init; }

    /// <summary>A reaction to a message.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public ReactionForm? Reaction { get; init; }

    /// <summary>A file in the message.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public AttachmentForm? Attachment { get; init; }

    /// <summary>A file elsewhere, encrypted.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public RemoteAttachmentForm? RemoteAttachment { get; init; }

    /// <summary>True: everything up to here was read.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public bool? ReadReceipt { get; init; }

    /// <summary>A transaction on a blockchain.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public TransactionForm? TransactionReference { get; init; }

    /// <summary>Several contents as one.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public IReadOnlyList<ContentForm>? Composite { get; init; }

    /// <summary>Says nothing of what was written.</summary>
    public override string ToString() => nameof(ContentForm);
}
