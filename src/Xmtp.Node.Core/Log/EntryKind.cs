namespace Xmtp.Node.Core.Log;

/// <summary>What an entry holds. The value is stored, so a number once given keeps its meaning for ever.</summary>
public enum EntryKind : byte
{
    /// <summary>No kind; never stored.</summary>
    None = 0,

    /// <summary>An envelope of the classic message API; its payload is the message, and nothing else.</summary>
    ClassicEnvelope = 1,

    /// <summary>
    /// The same on a topic that only its owner may write: the payload is the publish token it was accepted with (two bytes of
    /// length, then a serialised token), then the message. Every node checks the token for itself.
    /// </summary>
    ProtectedClassicEnvelope = 2,
}
