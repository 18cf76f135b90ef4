using Xmtp.Protocol.MessageApi.V1;

namespace Xmtp.Node.Core.Log;

/// <summary>A committed entry on its way to live readers.</summary>
/// <param name="Place">Where it stands.</param>
/// <param name="Envelope">What readers get, or null when there is nothing to show: another kind, another copy is shown, or gone already.</param>
/// <param name="ReceivedTimestamp">When the publish came in, as a <see cref="TimeProvider"/> timestamp; 0 when unknown.</param>
internal readonly record struct TailEntry(EntryPlace Place, Envelope? Envelope, long ReceivedTimestamp);
