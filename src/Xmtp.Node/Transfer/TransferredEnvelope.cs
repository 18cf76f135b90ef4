using Xmtp.Protocol.MessageApi.V1;

namespace Xmtp.Node.Transfer;

/// <summary>An envelope from an export, unchecked but for its form.</summary>
/// <param name="Envelope">The envelope.</param>
/// <param name="Token">The publish token that came with it; empty for none.</param>
/// <param name="StoredNs">When the node that it was exported from accepted it.</param>
internal sealed record TransferredEnvelope(Envelope Envelope, byte[] Token, long StoredNs);
