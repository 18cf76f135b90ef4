using System.Runtime.CompilerServices;
using Xmtp.Node.Core.Log;
using Xmtp.Node.Core.Retention;
using Xmtp.Node.Core.Subscriptions;
using Xmtp.Node.Core.Telemetry;
using Xmtp.Protocol.MessageApi.V1;
using Xmtp.Protocol.Topics;

namespace Xmtp.Node.Core.Ingest;

/// <summary>
/// The way of a publish, envelope by envelope: check it; put it into the log, or, if it is ephemeral, hand it to live readers
/// once all before it are durable. The first that fails ends the request; those before it stay published.
/// Stored ones that follow each other share a commit.
/// </summary>
internal sealed class Publisher(
    LogWriter writer, SubscriptionTable subscriptions, AcknowledgementTable acknowledgements, LogWriterOptions log, RetentionPolicy retention,
    TimeProvider time, NodeMetrics metrics)
{
    /// <summary>Hears of every ephemeral envelope published here.</summary>
    public Action<Envelope>? EphemeralPublished { get; set; }

    [AsyncMethodBuilder(typeof(PoolingAsyncValueTaskMethodBuilder<>))]
    public async ValueTask<int> PublishAsync(IReadOnlyList<Envelope> envelopes, PublishTerms terms, CancellationToken cancellationToken)
    {
        EntryPlace last = default;
        var received = time.GetTimestamp();
        using var activity = NodeTelemetry.Activities.StartActivity("publish");
        AppendRequest? request = null;
        for (var i = 0; i < envelopes.Count; i++)
        {
            cancellationToken.ThrowIfCancellationRequested();
            var refusal = EnvelopeCheck.Refusal(envelopes[i]);
            var envelope = refusal is null ? Copy(envelopes[i]) : null;
            var isEphemeral = envelope is not null && Topic.IsEphemeralTopic(envelope.ContentTopic);
            if (envelope is not null && !isEphemeral)
            {
                request ??= writer.Pool.Rent(received, activity?.Context ?? default);
                request.Add(envelope, retention.Current.RetentionNs(envelope.ContentTopic), Topic.TryGetOwner(envelope.ContentTopic, out _) ? terms.Token.Span : default);
                if (request.Count < log.BatchEntriesMax && request.Size < log.BatchBytesMax) continue;
            }

            if (request is not null) last = Later(last, await AppendAsync(request, cancellationToken).ConfigureAwait(false));
            request = null;
            if (refusal is not null) throw refusal;
            if (isEphemeral) DeliverEphemeral(envelope!);
        }

        if (request is not null) last = Later(last, await AppendAsync(request, cancellationToken).ConfigureAwait(false));
        return terms.Peers == 0 || last.IsNone ? 0 : await AwaitPeersAsync(last, terms, cancellationToken).ConfigureAwait(false);
    }

    /// <summary>
    /// Sends a request without entries after all that are waiting. It comes back when the writer is alive and its store is not
    /// failed; a failed store is asked to recover first, so that it need not wait for the next publish.
    /// </summary>
    public async ValueTask ProbeAsync(CancellationToken cancellationToken) =>
        await AppendAsync(writer.Pool.Rent(time.GetTimestamp(), default), cancellationToken).ConfigureAwait(false);

    /// <summary>Returns when the request's entries are durable, with the furthest place among them. Uses up the request.</summary>
    [AsyncMethodBuilder(typeof(PoolingAsyncValueTaskMethodBuilder<>))]
    private async ValueTask<EntryPlace> AppendAsync(AppendRequest request, CancellationToken cancellationToken)
    {
        try
        {
            await writer.EnqueueAsync(request, cancellationToken).ConfigureAwait(false);
            // From here on the entries may become durable whatever the caller does; giving up only ends the wait.
            var registration = cancellationToken.UnsafeRegister(
                static (state, token) => ((AppendRequest)state!).Complete(new OperationCanceledException(token)), request);
            await using (registration.ConfigureAwait(false)) await request.Completion.ConfigureAwait(false);
            EntryPlace last = default;
            foreach (var entry in request.Entries)
            {
                metrics.Published(Topic.Classify(entry.Topic), entry.Envelope.Message.Length);
                last = Later(last, entry.Place);
            }

            return last;
        }
        finally
        {
            request.Release();
        }
    }

    /// <summary>The one to wait for. A repeat of something old stands in a log that was closed since, whatever its number there.</summary>
    private static EntryPlace Later(EntryPlace left, EntryPlace right) =>
        (left.Log.Value, left.Sequence).CompareTo((right.Log.Value, right.Sequence)) >= 0 ? left : right;

    private async ValueTask<int> AwaitPeersAsync(EntryPlace place, PublishTerms terms, CancellationToken cancellationToken)
    {
        if (!await acknowledgements.WaitAsync(place, terms.Peers, terms.PeersPatience, time, cancellationToken).ConfigureAwait(false))
            throw new AcknowledgementException(acknowledgements.Count(place), terms.Peers);
        return acknowledgements.Count(place);
    }

    private void DeliverEphemeral(Envelope envelope)
    {
        subscriptions.Deliver(envelope, ulong.MaxValue);
        EphemeralPublished?.Invoke(envelope);
        metrics.Published(Topic.Classify(envelope.ContentTopic), envelope.Message.Length);
        metrics.Ephemeral.Add(1);
    }

    /// <summary>
    /// Live readers share this object, so it must not be the caller's; nor may it carry fields unknown to us, which the
    /// store would not return. Topic and message themselves are shared, not copied.
    /// </summary>
    private static Envelope Copy(Envelope envelope) => new()
    {
        ContentTopic = TopicText.Normalise(envelope.ContentTopic),
        TimestampNs = envelope.TimestampNs,
        Message = envelope.Message,
    };
}
