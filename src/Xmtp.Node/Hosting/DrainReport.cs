namespace Xmtp.Node.Hosting;

/// <summary>What draining a node took.</summary>
/// <param name="CallsFinished">Calls that were under way and ended by themselves.</param>
/// <param name="CallsLeft">Calls that were still under way when the patience was over.</param>
/// <param name="StreamsClosed">Streams that were open.</param>
/// <param name="TookMs">How long it took, in milliseconds.</param>
internal sealed record DrainReport(int CallsFinished, int CallsLeft, int StreamsClosed, long TookMs);
