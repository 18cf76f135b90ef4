using Xmtp.Protocol.MessageApi.V1;

namespace Xmtp.Node.Core.Log;

/// <summary>A committed entry on its way to live readers.</summary>
/// <param name="Sequence">Its number.</param>
/// <param name="Envelope">What readers get, or null when there is nothing to show: another kind, or gone already.</param>
/// <param name="ReceivedTimestamp">When the publish came in, as a <see cref="TimeProvider"/> timestamp; 0 when unknown.</param>
internal readonly record struct TailEntry(ulong Sequence, Envelope? Envelope, long ReceivedTimestamp);
