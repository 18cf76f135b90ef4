namespace Xmtp.Inbox.Settings;

/// <summary>What the user chose, on this device. Nothing secret.</summary>
public sealed record SettingsRecord
{
    /// <summary>Nodes to use, the first one first; empty for the node that this page came from.</summary>
    public IReadOnlyList<string> Nodes { get; init; } = [];

    /// <summary>Whether peers are told that their messages were read.</summary>
    public bool SendReadReceipts { get; init; } = true;

    /// <summary>Whether the browser shows new messages while the page is not in front.</summary>
    public bool Notify { get; init; }

    /// <summary>Where encrypted attachments that are too large for a message are put: https, with a closing slash; empty for nowhere.</summary>
    public string UploadTo { get; init; } = "";
}
