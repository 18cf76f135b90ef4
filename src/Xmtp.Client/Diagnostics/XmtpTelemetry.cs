namespace Xmtp.Client.Diagnostics;

/// <summary>The names under which the client measures and traces, for an exporter to listen to.</summary>
public static class XmtpTelemetry
{
    /// <summary>Name of the <see cref="System.Diagnostics.Metrics.Meter"/>.</summary>
    public const string MeterName = "Xmtp.Client";

    /// <summary>Name of the <see cref="System.Diagnostics.ActivitySource"/>.</summary>
    public const string ActivitySourceName = "Xmtp.Client";
}
