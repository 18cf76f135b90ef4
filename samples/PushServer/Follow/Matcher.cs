using PushServer.Delivering;
using PushServer.Storage;
using Xmtp.Client.Push;
using Xmtp.Protocol.MessageApi.V1;
using Xmtp.Protocol.Topics;

namespace PushServer.Follow;

/// <summary>Decides whom an envelope is news to. It reads nothing but the topic, the wish of the sender and the sender's MAC.</summary>
internal sealed class Matcher(Registrations registrations, Outbox outbox, DeliverySignal signal, PushMetrics metrics, PushServerOptions options)
{
    /// <summary>Kinds of topics that something may be registered for.</summary>
    public static bool IsPushed(TopicKind kind) => kind is TopicKind.V1Intro or TopicKind.V1Conversation or TopicKind.V2Invite or TopicKind.V2Conversation;

    public void Take(Envelope envelope)
    {
        metrics.Envelopes.Add(1);
        var kind = Topic.Classify(envelope.ContentTopic);
        if (!IsPushed(kind)) return;
        foreach (var (installation, keys) in registrations.Followers(envelope.ContentTopic))
        {
            // An invitation is no message: nothing in it says who sent it.
            var decision = kind == TopicKind.V2Invite ? PushDecision.Notify : PushFilter.Decide(envelope.Message.Span, keys);
            if (decision != PushDecision.Notify)
            {
                metrics.Skip(decision.ToString());
            }
            else if (outbox.CountWaiting(installation) >= options.PendingMax)
            {
                metrics.Skip("QuotaReached");
            }
            else if (outbox.Add(installation, envelope))
            {
                metrics.Matches.Add(1);
                signal.Raise();
            }
        }
    }
}
