using Xmtp.Node.Core.Keys;
using Xmtp.Protocol.Network.V1;

namespace Xmtp.Node.Core.Membership;

/// <summary>
/// The key that signed a record; null when the one it names did not. Simulations of many nodes remember the answer instead of
/// working it out for each node again.
/// </summary>
/// <param name="signed">The record.</param>
/// <param name="record">What it says.</param>
/// <param name="known">The key it names, if that was met before.</param>
internal delegate NodePublicKey? RecordSigner(SignedRecord signed, NodeRecord record, NodePublicKey? known);
