using Xmtp.Node.Core.Log;

namespace Xmtp.Node.Core.Subscriptions;

/// <summary>Topics that became live, and up to where what they hold is history.</summary>
/// <param name="Topics">The topics; null for all that all-readers see.</param>
/// <param name="Ends">The last entry of each log that is history.</param>
internal sealed record ReplayRequest(IReadOnlySet<string>? Topics, IReadOnlyDictionary<LogId, ulong> Ends);
