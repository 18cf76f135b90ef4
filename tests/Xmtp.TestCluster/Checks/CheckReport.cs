namespace Xmtp.TestCluster.Checks;

/// <summary>What a check found when all was well.</summary>
/// <param name="Converged">How long the nodes took to hold the same, from the call.</param>
/// <param name="Logs">Logs that each node holds.</param>
/// <param name="Entries">Entries in them.</param>
/// <param name="Envelopes">Different envelopes among those.</param>
public sealed record CheckReport(TimeSpan Converged, int Logs, long Entries, int Envelopes);
