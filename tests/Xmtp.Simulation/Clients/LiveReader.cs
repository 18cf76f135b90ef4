using Xmtp.Node.Core.Log;
using Xmtp.Node.Core.Storage;
using Xmtp.Node.Core.Subscriptions;
using Xmtp.Protocol.Errors;
using Xmtp.Protocol.MessageApi.V1;
using Xmtp.Simulation.Checks;
using Xmtp.Simulation.Nodes;

namespace Xmtp.Simulation.Clients;

/// <summary>Reads everything live at one process, from memory while it keeps up and from the store when it does not. With what was there before, it must see all, each once.</summary>
internal sealed class LiveReader
{
    private readonly World _world;
    private readonly int _node;
    private readonly LogTail _tail;
    private readonly IEnvelopeStore _store;
    private readonly TailEntry[] _recent = new TailEntry[64];
    private readonly HashSet<EnvelopeIndexKey> _ephemeral = [];
    private ulong _position;

    public LiveReader(World world, int node, LogTail tail, IEnvelopeStore store, IEnumerable<EnvelopeIndexKey> before)
    {
        (_world, _node, _tail, _store) = (world, node, tail, store);
        Seen = [.. before];
        (_position, _) = tail.Snapshot();
    }

    /// <summary>What was there when it came, and what it was shown since.</summary>
    public HashSet<EnvelopeIndexKey> Seen { get; }

    /// <summary>Ephemeral envelopes that it was shown.</summary>
    public int EphemeralCount => _ephemeral.Count;

    /// <summary>Reads all there is.</summary>
    /// <returns>False when what is next is damaged and not yet put back.</returns>
    public bool Read()
    {
        while (_position < _tail.Last && _world.Verdict.Failure is null)
        {
            var count = _tail.Read(_position, _recent);
            for (var i = 0; i < count; i++) Show(_recent[i].Place, _recent[i].Envelope);
            if (count == 0 && !ReadStored()) return false;
        }

        _tail.Release(_position);
        return true;
    }

    public void ShowEphemeral(Envelope envelope)
    {
        var key = World.KeyOf(envelope);
        _world.Verdict.Require(_ephemeral.Add(key), Invariant.Delivery, $"n{_node} shows an ephemeral envelope twice");
        _world.Verdict.Require(_world.Oracle.IsEphemeral(key), Invariant.NoPhantom, $"n{_node} shows an ephemeral envelope that nobody published");
    }

    private bool ReadStored()
    {
        var run = _tail.RunAfter(_position);
        var stored = new List<LoggedEntry>();
        World.Now(_store.ReadAsync(run.First.Log, run.First.Sequence, stored, (int)Math.Min(run.Count, 64), long.MaxValue));
        if (stored.Count == 0) _world.Verdict.Fail(Invariant.Exposure, $"n{_node} has not entry {run.First.Sequence} of its log {run.First.Log}, which its tail shows");
        try
        {
            var shown = ShownEntries.SelectAsync(_store, stored, isWanted: null, CancellationToken.None).GetAsyncEnumerator();
            while (World.Now(shown.MoveNextAsync())) Show(shown.Current.Place, shown.Current.Envelope);
            return true;
        }
        catch (XmtpException) when (_world.Oracle.HasDamage)
        {
            return false;
        }
    }

    private void Show(EntryPlace place, Envelope? envelope)
    {
        _position++;
        if (envelope is null) return;
        var key = World.KeyOf(envelope);
        _world.Verdict.Require(Seen.Add(key), Invariant.Delivery, $"n{_node} shows an envelope of {envelope.ContentTopic} twice, now as entry {place.Sequence} of its log {place.Log}");
        var places = new EntryPlace[1];
        World.Now(_store.FindAsync(new[] { key }, places));
        _world.Verdict.Require(places[0] == place, Invariant.Exposure, $"n{_node} shows entry {place.Sequence} of its log {place.Log} live, and not in queries");
    }
}
