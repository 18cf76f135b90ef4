namespace Xmtp.ContentTypes;

/// <summary>What a reaction does.</summary>
public enum ReactionAction
{
    /// <summary>A word that this version does not know. Read only.</summary>
    Unknown,

    /// <summary>Adds it.</summary>
    Added,

    /// <summary>Takes it back.</summary>
    Removed,
}
