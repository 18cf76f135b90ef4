namespace Xmtp.Node.Core.Log;

/// <summary>How an entry stands in the indexes of this node.</summary>
public enum EntryVisibility
{
    /// <summary>In none: another kind, without a valid token, or its payload had expired when it came.</summary>
    Hidden = 0,

    /// <summary>Readers see it.</summary>
    Visible = 1,

    /// <summary>Readers see another copy; this one takes its place when that goes.</summary>
    Copy = 2,
}
