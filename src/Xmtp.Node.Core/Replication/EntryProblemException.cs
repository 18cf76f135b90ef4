using Xmtp.Protocol.Errors;

namespace Xmtp.Node.Core.Replication;

/// <summary>Entries of another node are not taken.</summary>
internal sealed class EntryProblemException(EntryProblem problem, string message) : XmtpException(ErrorCatalogue.PeerMisbehaved, message)
{
    /// <summary>Whose doing it is.</summary>
    public EntryProblem Problem { get; } = problem;
}
