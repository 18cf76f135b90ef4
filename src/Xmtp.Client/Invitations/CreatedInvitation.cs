using Xmtp.Protocol.Topics;

namespace Xmtp.Client.Invitations;

/// <summary>A freshly sealed invitation.</summary>
/// <param name="Topic">The conversation's topic.</param>
/// <param name="KeyMaterial">Secret, 32 bytes; the caller clears it when done.</param>
/// <param name="Bytes">The serialised <c>SealedInvitation</c> to publish to both parties' invite topics, with the header's time.</param>
public sealed record CreatedInvitation(Topic Topic, byte[] KeyMaterial, byte[] Bytes);
