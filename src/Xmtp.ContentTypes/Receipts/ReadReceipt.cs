namespace Xmtp.ContentTypes;

/// <summary>Says that the sender has read the conversation up to the time of the message that carries it. It has no content.</summary>
public sealed record ReadReceipt;
