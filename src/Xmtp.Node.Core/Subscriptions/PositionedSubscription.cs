using System.Diagnostics.CodeAnalysis;
using System.Runtime.CompilerServices;
using Xmtp.Protocol.Errors;
using Xmtp.Protocol.MessageApi.V1;

namespace Xmtp.Node.Core.Subscriptions;

/// <summary>
/// A live reader that knows where it stands: where it meets a signpost it first reads from the store what its new topics hold above
/// the position it came with, and now and then it is told a position (a mark) at or below which it has all.
/// </summary>
internal sealed class PositionedSubscription : ISubscription
{
    private readonly PositionMarks _marks;
    private readonly Subscription _inner;
    private readonly ReplayQueue _replays;
    private readonly StreamPosition _from;
    private readonly bool _hasFrom;
    // What was read from the store and not yet handed on. It and the next belong to whoever reads.
    private readonly Queue<Envelope> _page = new();
    private long _lastMark;
    private volatile bool _isReplaying;
    private volatile bool _hasMarkAhead;

    /// <param name="marks">Who reads the store and the clock for it.</param>
    /// <param name="inner">The live reader.</param>
    /// <param name="replays">What it owes.</param>
    /// <param name="from">Up to where the reader has all; null for one that queries by itself.</param>
    public PositionedSubscription(PositionMarks marks, Subscription inner, ReplayQueue replays, StreamPosition? from)
    {
        (_marks, _inner, _replays, _hasFrom) = (marks, inner, replays, from is not null);
        var stood = marks.ToPosition(replays.FirstEnds);
        _from = from ?? stood;
        Position = _from.Union(stood);
        _lastMark = marks.Now;
    }

    public StreamPosition Position { get; }

    public void ReplaceTopics(IEnumerable<string> topics) => _inner.ReplaceTopics(topics);

    public async IAsyncEnumerable<Envelope> ReadAllAsync([EnumeratorCancellation] CancellationToken cancellationToken = default)
    {
        try
        {
            await foreach (var envelope in _inner.ReadAllAsync(cancellationToken).ConfigureAwait(false))
            {
                if (!ReferenceEquals(envelope, ReplayQueue.Signpost))
                {
                    NoteRead(envelope);
                    yield return envelope;
                    continue;
                }

                await foreach (var missed in ReplayAsync(_replays.Take(), cancellationToken).ConfigureAwait(false)) yield return missed;
            }
        }
        finally
        {
            Dispose();
        }
    }

    public bool TryRead([NotNullWhen(true)] out Envelope? envelope)
    {
        if (_page.TryDequeue(out envelope)) return true;
        // What is behind a signpost waits until the way to it is gone.
        if (_isReplaying || !_inner.TryPeek(out var next) || ReferenceEquals(next, ReplayQueue.Signpost) || !_inner.TryRead(out envelope)) return false;
        NoteRead(envelope);
        return true;
    }

    /// <summary>Says where the reader stands, once it has read all that is buffered by now.</summary>
    /// <param name="passed">Up to where all was handed to live readers.</param>
    /// <param name="mark">The mark that says so; shared.</param>
    public void Mark(StreamPosition passed, Envelope mark)
    {
        // A replay says by itself how far it has come; and a reader that does not read is not owed a heap of these.
        if (_isReplaying || _hasMarkAhead) return;
        var position = passed.Union(Position);
        _hasMarkAhead = true;
        if (!_inner.Offer(ReferenceEquals(position, passed) ? mark : PositionMarks.Envelope(position))) _hasMarkAhead = false;
    }

    public void Dispose()
    {
        _inner.Dispose();
        _marks.Forget(this);
    }

    public ValueTask DisposeAsync()
    {
        Dispose();
        return ValueTask.CompletedTask;
    }

    private async IAsyncEnumerable<Envelope> ReplayAsync(ReplayRequest request, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        _isReplaying = true;
        try
        {
            var replay = _marks.Plan(request, _from);
            while (replay is not null && await ReadPageAsync(replay, cancellationToken).ConfigureAwait(false))
            {
                while (_page.TryDequeue(out var envelope)) yield return envelope;
                // When it ends half-way the reader is told how far it came: the next try must not begin at the same place again.
                var hasEnded = _inner.HasEnded;
                if (hasEnded || _marks.IsDue(_lastMark)) yield return MarkAt(_from.Union(replay.Progress));
                if (hasEnded) break;
            }

            if (_inner.HasEnded) SkipBuffered();
            else if (_hasFrom) yield return MarkAt(_from.Union(_marks.ToPosition(request.Ends)));
        }
        finally
        {
            _isReplaying = false;
        }
    }

    private async ValueTask<bool> ReadPageAsync(IReplay replay, CancellationToken cancellationToken)
    {
        try
        {
            return await replay.ReadAsync(_page, cancellationToken).ConfigureAwait(false);
        }
        catch (Exception e) when (e is not (OperationCanceledException or XmtpException))
        {
            throw new XmtpException(ErrorCatalogue.StorageFailed, "What was missed could not be read from the store.", e);
        }
    }

    /// <summary>Nothing live may follow a replay that was not finished: the reader would take it for everything.</summary>
    private void SkipBuffered()
    {
        while (_inner.TryRead(out _))
        {
        }
    }

    private void NoteRead(Envelope envelope)
    {
        if (ReferenceEquals(envelope.ContentTopic, PositionMarks.Topic)) _hasMarkAhead = false;
    }

    private Envelope MarkAt(StreamPosition position)
    {
        _lastMark = _marks.Now;
        return PositionMarks.Envelope(position);
    }
}
