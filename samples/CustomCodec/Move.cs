namespace CustomCodec;

/// <summary>A move in a game of chess.</summary>
internal sealed record Move(string From, string To);
