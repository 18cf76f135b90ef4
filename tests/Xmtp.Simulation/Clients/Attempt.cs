using Xmtp.Node.Core.Log;

namespace Xmtp.Simulation.Clients;

/// <summary>One publish of an envelope at one node.</summary>
/// <param name="publication">What.</param>
/// <param name="node">Where.</param>
/// <param name="peers">How many other nodes the client wants it to be on before it is told.</param>
internal sealed class Attempt(Publication publication, int node, int peers)
{
    public Publication Publication { get; } = publication;

    public int Node { get; } = node;

    public int Peers { get; } = peers;

    public AttemptState State { get; set; }

    /// <summary>Where it stands, once it is durable at the node.</summary>
    public (LogName Log, ulong Sequence) Place { get; set; }
}
