using Xmtp.Node.Core.Log;
using Xmtp.Protocol.MessageApi.V1;

namespace Xmtp.Node.Core.Queries;

/// <summary>An envelope on its way out of a node.</summary>
/// <param name="Envelope">The envelope; shares the store's bytes, and must not be changed.</param>
/// <param name="Token">The serialised publish token that came with it; empty when it needs none.</param>
/// <param name="StoredNs">When its node accepted it, in nanoseconds since 1970.</param>
/// <param name="Log">The log it was read from.</param>
/// <param name="Sequence">Its number there.</param>
public sealed record ExportedEnvelope(Envelope Envelope, ReadOnlyMemory<byte> Token, long StoredNs, Hash256 Log, ulong Sequence);
