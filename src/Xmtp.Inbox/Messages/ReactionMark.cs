using Xmtp.Cryptography;

namespace Xmtp.Inbox.Messages;

/// <summary>What one account has last done with one reaction to one message.</summary>
public sealed record ReactionMark(EthereumAddress Sender, ulong SentNs, bool IsThere);
