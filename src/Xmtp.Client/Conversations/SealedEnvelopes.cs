using Xmtp.Client.Messages;
using Xmtp.Protocol.MessageApi.V1;

namespace Xmtp.Client.Conversations;

/// <summary>A message ready to be published, possibly to several topics.</summary>
internal sealed record SealedEnvelopes(MessageId Id, ulong SentNs, IReadOnlyList<Envelope> Envelopes);
