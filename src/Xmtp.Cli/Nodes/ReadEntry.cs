using Xmtp.Node.Core.Log;
using Xmtp.Protocol.Network.V1;

namespace Xmtp.Cli.Nodes;

/// <summary>An entry that a node sent, under a head that its originator signed.</summary>
/// <param name="Header">The header.</param>
/// <param name="Hash">Hash of the header.</param>
/// <param name="Wire">As it came.</param>
internal sealed record ReadEntry(EntryHeader Header, Hash256 Hash, Entry Wire);
