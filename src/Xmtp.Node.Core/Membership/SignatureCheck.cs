using Xmtp.Node.Core.Keys;
using Xmtp.Protocol.Network.V1;

namespace Xmtp.Node.Core.Membership;

/// <summary>Whether a key signed a record. Simulations of many nodes remember the answer instead of asking for each node again.</summary>
internal delegate bool SignatureCheck(NodePublicKey key, SignedRecord signed);
