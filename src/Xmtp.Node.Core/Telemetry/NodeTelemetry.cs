using System.Diagnostics;

namespace Xmtp.Node.Core.Telemetry;

/// <summary>Names under which the node's core reports.</summary>
public static class NodeTelemetry
{
    /// <summary>Name of the meter.</summary>
    public const string MeterName = "Xmtp.Node.Core";

    /// <summary>Name of the activity source.</summary>
    public const string ActivitySourceName = "Xmtp.Node.Core";

    internal static ActivitySource Activities { get; } = new(ActivitySourceName);
}
