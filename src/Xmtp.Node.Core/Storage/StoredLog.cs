using Xmtp.Node.Core.Keys;
using Xmtp.Node.Core.Log;

namespace Xmtp.Node.Core.Storage;

/// <summary>A log that a store holds, and how far.</summary>
/// <param name="Id">Its number here.</param>
/// <param name="Name">Its name everywhere.</param>
/// <param name="Key">The key of its originator, so that it can be checked after the originator is gone.</param>
/// <param name="IsWritable">Whether this node writes it. Of several the one with the highest number is the one in use.</param>
/// <param name="IsFrozen">Whether its originator was found to have signed two histories: nothing more is appended.</param>
/// <param name="End">Its last durable entry.</param>
/// <param name="Head">A head at that entry; null when the log is empty.</param>
public sealed record StoredLog(LogId Id, LogName Name, NodePublicKey Key, bool IsWritable, bool IsFrozen, LogEnd End, SignedHead? Head);
