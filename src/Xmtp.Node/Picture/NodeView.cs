using Xmtp.Node.Core.Keys;
using Xmtp.Node.Core.Log;
using Xmtp.Protocol.Network.V1;

namespace Xmtp.Node.Picture;

/// <summary>What one node says of the others and of the logs that it holds. All of it is its own word, but for what <see cref="ViewReader"/> checks.</summary>
/// <param name="Links">How it stands with other nodes.</param>
/// <param name="Logs">Its logs.</param>
internal sealed record NodeView(IReadOnlyDictionary<NodeId, LinkState> Links, IReadOnlyDictionary<Hash256, LogView> Logs);
