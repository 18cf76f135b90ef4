using System.Diagnostics.Metrics;
using PushServer.Delivering;
using PushServer.Storage;

namespace PushServer;

/// <summary>What is measured. No label names an installation, a topic or an address.</summary>
internal sealed class PushMetrics
{
    public const string MeterName = "PushServer";

    private readonly Counter<long> _skipped;
    private readonly Counter<long> _deliveries;

    public PushMetrics(IMeterFactory meters, Outbox outbox, Registrations registrations, PushHealth health)
    {
        var meter = meters.Create(MeterName);
        Envelopes = meter.CreateCounter<long>("push_envelopes_total", description: "Envelopes that the network published");
        Matches = meter.CreateCounter<long>("push_matches_total", description: "Deliveries put into the outbox");
        _skipped = meter.CreateCounter<long>("push_skipped_total", description: "Envelopes of a registered topic that are not delivered, by reason");
        _deliveries = meter.CreateCounter<long>("push_attempts_total", description: "Tries to deliver, by kind and outcome");
        meter.CreateObservableGauge("push_waiting", outbox.CountWaiting, description: "Deliveries in the outbox");
        meter.CreateObservableGauge("push_installations", () => registrations.Count, description: "Installations registered");
        meter.CreateObservableGauge("push_following", () => health.IsFollowing ? 1 : 0, description: "Whether a node is followed");
    }

    public Counter<long> Envelopes { get; }

    public Counter<long> Matches { get; }

    public void Skip(string reason) => _skipped.Add(1, new KeyValuePair<string, object?>("reason", reason));

    public void Deliver(string kind, Outcome outcome) =>
        _deliveries.Add(1, new KeyValuePair<string, object?>("kind", kind), new KeyValuePair<string, object?>("outcome", outcome.ToString()));
}
