using Google.Protobuf;
using Xmtp.Node.Core.Access;
using Xmtp.Node.Core.Log;
using Xmtp.Node.Core.Replication;
using Xmtp.Protocol.Network.V1;
using Envelope = Xmtp.Protocol.MessageApi.V1.Envelope;

namespace Xmtp.Node.Core.Tests.Storage;

/// <summary>Another node's log as it comes in over the network.</summary>
internal sealed class RemoteLog(HeldLog held, TestLog original)
{
    public HeldLog Held { get; } = held;

    /// <summary>The log at its originator.</summary>
    public TestLog Original { get; } = original;

    /// <summary>Makes the log known.</summary>
    public static async Task<RemoteLog> AddAsync(LogWriter writer, byte node = 2)
    {
        var key = TestKeys.Node(node);
        var held = await writer.AddLogAsync(new LogName(key.Id, Shard: 0, 1), key.Public, CancellationToken.None);
        return new RemoteLog(held, new TestLog(key) { Id = held.Id });
    }

    /// <summary>The originator appends; what it would send is checked.</summary>
    public VerifiedEntries Append(long nowNs, params PendingEntry[] entries)
    {
        var head = Original.Append(nowNs, entries).Heads.Span[0].Head;
        return Verify(Frame(head, entries));
    }

    public VerifiedEntries Append(params Envelope[] envelopes) => Append(1, Array.ConvertAll(envelopes, static envelope => Entries.Pending(envelope)));

    public static Protocol.Network.V1.Entries Frame(SignedHead head, params PendingEntry[] entries)
    {
        var frame = new Protocol.Network.V1.Entries { Head = ByteString.CopyFrom(head.Bytes.Span) };
        foreach (var entry in entries) frame.Entries_.Add(new Entry { Header = ByteString.CopyFrom(entry.Header), Payload = ByteString.CopyFrom(entry.Payload!.Value.Span) });
        return frame;
    }

    public VerifiedEntries Verify(Protocol.Network.V1.Entries frame) =>
        new EntriesVerifier(new ProtectedTopicRule(verifier: null, new WalletLists()), TimeProvider.System).Verify(frame, Original.Name, Original.Key.Public);

    /// <summary>Hands a run to the writer.</summary>
    /// <returns>Ends when it is durable, or fails as the writer says.</returns>
    public async Task SendAsync(LogWriter writer, VerifiedEntries run)
    {
        var done = new TaskCompletionSource();
        await writer.EnqueueAsync(new ReplicaAppend(Held, run, (_, failure) =>
        {
            if (failure is null) done.TrySetResult();
            else done.TrySetException(failure);
        }), CancellationToken.None);
        await done.Task;
    }

    public Task SendAsync(LogWriter writer, params Envelope[] envelopes) => SendAsync(writer, Append(envelopes));
}
