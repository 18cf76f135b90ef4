namespace Xmtp.Client.Frames;

/// <summary>What a user did in a frame: an interactive card that a message shows and a web server answers.</summary>
/// <param name="FrameUrl">The frame's address.</param>
/// <param name="ButtonIndex">Which button, from 1.</param>
/// <param name="ConversationIdentifier">See <see cref="FrameActions.ConversationIdentifier"/>: the server can tell conversations apart, not find them.</param>
public sealed record FrameClick(string FrameUrl, int ButtonIndex, string ConversationIdentifier)
{
    /// <summary>What was typed.</summary>
    public string InputText { get; init; } = string.Empty;

    /// <summary>What the server gave for the next click.</summary>
    public string State { get; init; } = string.Empty;

    /// <summary>The account that signed a transaction, if the button asked for one.</summary>
    public string Address { get; init; } = string.Empty;

    /// <summary>The transaction, if the button asked for one.</summary>
    public string TransactionId { get; init; } = string.Empty;
}
