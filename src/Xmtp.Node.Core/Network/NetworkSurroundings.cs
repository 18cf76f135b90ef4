using Microsoft.Extensions.Logging;
using Xmtp.Cryptography;
using Xmtp.Node.Core.Access;
using Xmtp.Node.Core.Keys;

namespace Xmtp.Node.Core.Network;

/// <summary>What a <see cref="NetworkService"/> takes from its surroundings.</summary>
public sealed record NetworkSurroundings
{
    /// <summary>The node's key, the one its messages were opened with.</summary>
    public required NodeKey Key { get; init; }

    /// <summary>How nodes reach each other; disposed with the service.</summary>
    public required IPeerTransport Transport { get; init; }

    /// <summary>Where records of known nodes are kept.</summary>
    public required IPeerStore Peers { get; init; }

    /// <summary>Whether envelopes on protected topics are shown only with a valid token.</summary>
    public bool Authentication { get; init; } = true;

    /// <summary>Checks the signatures of tokens.</summary>
    public CryptoProvider Cryptography { get; init; } = CryptoProvider.Default;

    /// <summary>Wallets that may write anywhere.</summary>
    public WalletLists Wallets { get; init; } = new();

    /// <summary>The clock.</summary>
    public TimeProvider Time { get; init; } = TimeProvider.System;

    /// <summary>Where it logs; null for nowhere.</summary>
    public ILoggerFactory? Loggers { get; init; }
}
