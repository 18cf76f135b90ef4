using System.Runtime.CompilerServices;
using Xmtp.Client.Messages;
using Xmtp.Protocol;
using Xmtp.Protocol.MessageApi.V1;
using Xmtp.Protocol.Topics;

namespace Xmtp.Client.Network;

/// <summary>
/// Reads a growing topic again and again, each time from shortly before the last time on. What was read in that overlap is
/// left out. An envelope whose sender stamped it far in the past is found only by reading from the beginning.
/// One reading at a time.
/// </summary>
internal sealed class IncrementalReader(NodeConnection connection, SenderClock clock, Topic topic, ulong overlapNs, int pageSize = Limits.PageSizeMax)
{
    // Beyond this many, which takes an attack, some are handled twice.
    private const int RememberedMax = 100_000;

    private HashSet<MessageId> _handled = [];
    private ulong _startNs;

    /// <summary>Whether the topic was ever read to its end.</summary>
    public bool WasRead { get; private set; }

    /// <summary>Goes on from what an earlier run of the client had: the topic was read to its end, and this was the newest envelope there.</summary>
    public void Restore(ulong seenNs) => (_startNs, WasRead) = (seenNs > overlapNs ? seenNs - overlapNs : 0, true);

    /// <summary>Pages of envelopes, ascending. Only a reading that comes to its end counts as done.</summary>
    /// <param name="fromBeginning">Reads everything, also what was read before.</param>
    /// <param name="cancellationToken">Ends the reading.</param>
    public async IAsyncEnumerable<IReadOnlyList<Envelope>> ReadNewAsync(
        bool fromBeginning, [EnumeratorCancellation] CancellationToken cancellationToken = default)
    {
        var nowNs = clock.NowNs;
        var nextStartNs = nowNs > overlapNs ? nowNs - overlapNs : 0;
        var range = new EnvelopeRange(fromBeginning ? 0 : _startNs, PageSize: pageSize);
        var handled = new HashSet<MessageId>();
        await foreach (var page in connection.ReadPagesAsync(topic.Value, range, cancellationToken).ConfigureAwait(false))
        {
            var fresh = new List<Envelope>(page.Count);
            foreach (var envelope in page)
            {
                var id = MessageId.FromMessage(envelope.Message.Span);
                if (fromBeginning || !_handled.Contains(id)) fresh.Add(envelope);
                if (envelope.TimestampNs >= nextStartNs && handled.Count < RememberedMax) handled.Add(id);
            }

            if (fresh.Count > 0) yield return fresh;
        }

        (_handled, _startNs, WasRead) = (handled, nextStartNs, true);
    }
}
