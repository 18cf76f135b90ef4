namespace Xmtp.Cli.Checks;

/// <summary>How a network is checked.</summary>
internal sealed record CheckOptions
{
    /// <summary>Entries that a node may be behind.</summary>
    public ulong LagMax { get; init; } = 1000;

    /// <summary>How long one node may take for one answer.</summary>
    public TimeSpan Patience { get; init; } = TimeSpan.FromSeconds(10);

    /// <summary>After this a node that was behind is asked once more: what was on its way has arrived then.</summary>
    public TimeSpan SettlingTime { get; init; } = TimeSpan.FromSeconds(1);

    /// <summary>Whether every entry of every log is read from every node and compared.</summary>
    public bool Deep { get; init; }

    /// <summary>Is told how many entries were read so far, and of how many, while they are.</summary>
    public Action<ulong, ulong>? Progress { get; init; }

    /// <summary>The clock.</summary>
    public TimeProvider Time { get; init; } = TimeProvider.System;
}
