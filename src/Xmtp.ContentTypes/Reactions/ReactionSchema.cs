namespace Xmtp.ContentTypes;

/// <summary>How a reaction's text is to be understood.</summary>
public enum ReactionSchema
{
    /// <summary>A word that this version does not know. Read only.</summary>
    Unknown,

    /// <summary>The emoji itself.</summary>
    Unicode,

    /// <summary>The emoji's name, for example <c>:thumbsup:</c>.</summary>
    Shortcode,

    /// <summary>Something that the apps have agreed on.</summary>
    Custom,
}
