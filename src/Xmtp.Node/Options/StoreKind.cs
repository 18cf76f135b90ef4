namespace Xmtp.Node.Options;

/// <summary>Where a node keeps its envelopes.</summary>
public enum StoreKind
{
    /// <summary>The embedded store in the data directory.</summary>
    RocksDb,

    /// <summary>In memory: everything is gone when the node stops. For tests and for trying things out.</summary>
    Memory,
}
