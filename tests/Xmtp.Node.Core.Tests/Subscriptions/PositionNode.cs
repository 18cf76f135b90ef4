using Google.Protobuf;
using Xmtp.Node.Core.Access;
using Xmtp.Node.Core.Keys;
using Xmtp.Node.Core.Log;
using Xmtp.Node.Core.Replication;
using Xmtp.Node.Core.Storage;
using Xmtp.Protocol.MessageApi.V1;
using Xmtp.Protocol.Network.V1;
using Xmtp.TestSupport;

namespace Xmtp.Node.Core.Tests.Subscriptions;

/// <summary>A node in memory that takes over other nodes' logs when a test says so, as far as the test says.</summary>
internal sealed class PositionNode : IAsyncDisposable
{
    private readonly InMemoryEnvelopeStore _store;
    private readonly EntriesVerifier _verifier;

    private PositionNode(InMemoryEnvelopeStore store, MessageService service, TimeProvider time)
    {
        (_store, Service) = (store, service);
        _verifier = new EntriesVerifier(new ProtectedTopicRule(null, new WalletLists()), time);
    }

    public MessageService Service { get; }

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public static async Task<PositionNode> StartAsync(TimeProvider time, MessageServiceOptions? options = null)
    {
        var store = new InMemoryEnvelopeStore();
        return new PositionNode(store, await MessageService.OpenAsync(store, NodeKey.Generate(), options, time, cancellationToken: Token), time);
    }

    public async Task PublishAsync(params Envelope[] envelopes) => await Service.PublishAsync(envelopes, cancellationToken: Token);

    /// <summary>Takes over all that another node has.</summary>
    public async Task PullAllAsync(PositionNode other)
    {
        foreach (var log in other.Service.Writer.Logs.All)
            while (await PullAsync(other, log, random: null))
            {
            }
    }

    /// <summary>Takes over some of one of the other's logs.</summary>
    public async Task PullSomeAsync(PositionNode other, SeededRandom random)
    {
        var logs = other.Service.Writer.Logs.All.ToArray();
        await PullAsync(other, logs[random.Number(logs.Length)], random);
    }

    public ValueTask DisposeAsync() => Service.DisposeAsync();

    private async Task<bool> PullAsync(PositionNode other, HeldLog theirs, SeededRandom? random)
    {
        var held = Service.Writer.Logs.Find(theirs.Hash);
        if (held is { IsWritable: true }) return false;
        held ??= await Service.Writer.AddLogAsync(theirs.Name, theirs.Key, Token);
        var heads = new List<SignedHead>();
        await other._store.ReadHeadsAsync(theirs.Id, held.End.Sequence + 1, theirs.End.Sequence, heads, 1000, Token);
        heads.RemoveAll(head => head.Sequence > held.End.Sequence + 1000);
        if (heads.Count == 0) return false;
        var head = heads[random?.Number(heads.Count) ?? heads.Count - 1];

        var entries = new List<LoggedEntry>();
        await other._store.ReadAsync(theirs.Id, held.End.Sequence + 1, entries, (int)(head.Sequence - held.End.Sequence), long.MaxValue, Token);
        var frame = new Entries { Head = ByteString.CopyFrom(head.Bytes.Span) };
        frame.Entries_.AddRange(entries.Select(static entry => new Entry { Header = ByteString.CopyFrom(entry.HeaderBytes.Span), Payload = ByteString.CopyFrom(entry.Payload!.Value.Span) }));
        var done = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        var append = new ReplicaAppend(held, _verifier.Verify(frame, theirs.Name, theirs.Key), (_, failure) =>
        {
            if (failure is null) done.TrySetResult();
            else done.TrySetException(failure);
        });
        await Service.Writer.EnqueueAsync(append, Token);
        await done.Task.WaitAsync(Token);
        return true;
    }
}
