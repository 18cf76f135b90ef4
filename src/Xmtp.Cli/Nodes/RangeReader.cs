using System.Runtime.CompilerServices;
using Google.Protobuf;
using Xmtp.Protocol.Network.V1;

namespace Xmtp.Cli.Nodes;

/// <summary>Reads entries of logs from the ports for nodes.</summary>
/// <param name="patience">How long one answer may take.</param>
/// <param name="time">The clock.</param>
internal sealed class RangeReader(TimeSpan patience, TimeProvider time)
{
    /// <summary>A log's entries from a number on, frame by frame, each checked by itself and against the one before.</summary>
    /// <param name="holder">Who is asked.</param>
    /// <param name="log">The log.</param>
    /// <param name="from">The first number.</param>
    /// <param name="cancellationToken">Ends it.</param>
    /// <exception cref="Client.Transport.NodeException">While enumerating: it cannot be read there.</exception>
    /// <exception cref="RangeProblemException">While enumerating: what came does not hold.</exception>
    public async IAsyncEnumerable<IReadOnlyList<ReadEntry>> ReadAsync(
        KnownNode holder, HeldLogState log, ulong from, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        await using var link = NodeLink.ToNodePort(holder.Record.NodeEndpoint, holder.Id, patience, time);
        var request = new ReadRangeRequest { Log = ByteString.CopyFrom(log.Log.ToArray()), From = from };
        ReadEntry? last = null;
        await foreach (var frame in link.ReadRangeAsync(request, cancellationToken))
        {
            var entries = RangeCheck.Check(frame, log, last, last is null ? from : last.Header.Sequence + 1);
            last = entries[^1];
            yield return entries;
        }
    }
}
