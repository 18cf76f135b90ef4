using System.Diagnostics;

namespace Xmtp.Client.Diagnostics;

/// <summary>
/// What the client traces. Tags say how much and how it ended, never who, where or what; a failure is told by its id and not
/// by its message, which may name a topic or an address.
/// </summary>
internal static class ClientActivities
{
    private static readonly ActivitySource Source = new(XmtpTelemetry.ActivitySourceName);

    /// <summary>A message on its way from the application to the acknowledgement. Null when nobody listens, as below.</summary>
    public static Activity? Send() => Source.StartActivity("xmtp.send");

    public static Activity? Publish(int envelopes) =>
        Source.StartActivity("xmtp.publish", ActivityKind.Client)?.SetTag("xmtp.envelopes", envelopes);

    public static Activity? Query(int topics) =>
        Source.StartActivity("xmtp.query", ActivityKind.Client)?.SetTag("xmtp.topics", topics);

    public static Activity? Connect(int topics) =>
        Source.StartActivity("xmtp.stream.connect", ActivityKind.Client)?.SetTag("xmtp.topics", topics);

    public static void Fail(this Activity? activity, Exception failure) =>
        activity?.SetTag("error.type", ClientMetrics.ErrorName(failure)).SetStatus(ActivityStatusCode.Error);
}
