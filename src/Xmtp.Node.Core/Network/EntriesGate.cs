using Xmtp.Node.Core.Log;
using Xmtp.Node.Core.Replication;
using Xmtp.Protocol.Network.V1;

namespace Xmtp.Node.Core.Network;

/// <summary>Checks frames of entries by themselves, before they come to the one owner of the network's state. Safe for concurrent use.</summary>
internal sealed class EntriesGate(LogTable logs, EntriesVerifier verifier)
{
    /// <summary>Checks a frame.</summary>
    public CheckedEntries Check(Entries frame)
    {
        var bytes = EntriesFrame.BytesOf(frame);
        if (frame.Log.Length != Hash256.Length) return new CheckedEntries(default, bytes, null, new EntryProblemException(EntryProblem.Sender, "a log without a name"));
        var hash = new Hash256(frame.Log.Span);
        if (logs.Find(hash) is not { } log) return new CheckedEntries(hash, bytes, null, new EntryProblemException(EntryProblem.Sender, "a log that nobody asked for"));
        try
        {
            return new CheckedEntries(hash, bytes, verifier.Verify(frame, log.Name, log.Key), null);
        }
        catch (EntryProblemException problem)
        {
            return new CheckedEntries(hash, bytes, null, problem);
        }
    }
}
