using Xmtp.Node.Core.Replication;

namespace Xmtp.Node.Core.Log;

/// <summary>Checked entries of another node's log on their way to the writer.</summary>
internal sealed class ReplicaAppend(HeldLog log, VerifiedEntries entries, Action<ReplicaAppend, Exception?> completed) : WriterWork
{
    public HeldLog Log { get; } = log;

    public VerifiedEntries Entries { get; } = entries;

    public override void Complete(Exception? failure) => completed(this, failure);
}
