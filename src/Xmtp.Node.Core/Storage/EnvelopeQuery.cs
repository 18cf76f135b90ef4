namespace Xmtp.Node.Core.Storage;

/// <summary>One page asked of a store.</summary>
/// <param name="Topics">Topics, each once.</param>
/// <param name="First">Smallest key wanted, itself included.</param>
/// <param name="Last">Largest key wanted, itself included.</param>
/// <param name="Descending">Largest key first, and among equal keys the topic that is last in UTF-8 byte order.</param>
/// <param name="Limit">Rows wanted. Rows of other topics that tie with the last one come on top, because no cursor can tell them apart.</param>
/// <param name="BytesMax">Payload bytes beyond which the store refuses the page instead of gathering it.</param>
public sealed record EnvelopeQuery(
    IReadOnlyList<string> Topics, EnvelopeKey First, EnvelopeKey Last, bool Descending, int Limit, long BytesMax = long.MaxValue);
