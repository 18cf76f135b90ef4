namespace Xmtp.Client.Streams;

/// <summary>A stream's connection changed.</summary>
public sealed class ConnectionChangedEventArgs(ConnectionState state, Exception? error, DateTimeOffset time) : EventArgs
{
    /// <summary>The new state.</summary>
    public ConnectionState State => state;

    /// <summary>Why; null when nothing failed, as when a node ends its streams in an orderly way.</summary>
    public Exception? Error => error;

    /// <summary>When, by the client's clock.</summary>
    public DateTimeOffset Time => time;
}
