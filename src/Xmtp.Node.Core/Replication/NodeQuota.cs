namespace Xmtp.Node.Core.Replication;

/// <summary>How much of one originator's logs a node takes; beyond it they are delayed, never holed.</summary>
/// <param name="EntriesPerSecond">Entries a second; 0 = no bound.</param>
/// <param name="BytesPerSecond">Bytes of headers and payloads a second; 0 = no bound.</param>
/// <param name="StoredBytesMax">Bytes kept in all; 0 = no bound.</param>
internal readonly record struct NodeQuota(double EntriesPerSecond, double BytesPerSecond, long StoredBytesMax)
{
    public static NodeQuota None => default;
}
