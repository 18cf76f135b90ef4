using Xmtp.Node.Admin;
using Xmtp.Node.Core;
using Xmtp.Node.Core.Keys;
using Xmtp.Node.Core.Storage;
using Xmtp.Node.Lists;

namespace Xmtp.Node.Hosting;

/// <summary>What a running node is made of.</summary>
/// <param name="Base">Log, metrics and limits: what outlives the servers.</param>
/// <param name="Key">Who the node is.</param>
/// <param name="Store">Where envelopes are.</param>
/// <param name="Messages">The message service.</param>
/// <param name="Lists">Lists of wallets and nodes.</param>
/// <param name="App">The server for clients.</param>
/// <param name="Listeners">Its ports.</param>
/// <param name="Network">The node's place in its network.</param>
/// <param name="Drain">Takes it out of service and back.</param>
/// <param name="Time">The clock.</param>
internal sealed record NodeHostParts(
    ServiceProvider Base,
    NodeKey Key,
    IEnvelopeStore Store,
    MessageService Messages,
    NodeLists Lists,
    WebApplication App,
    NodeListeners Listeners,
    NetworkMembership Network,
    NodeDrain Drain,
    TimeProvider Time)
{
    /// <summary>The operator's port, if there is one.</summary>
    public AdminPort? Admin { get; init; }
}
