using System.Collections.Frozen;
using Xmtp.Cryptography;

namespace Xmtp.Node.Core.Access;

/// <summary>Wallets with a special standing at this node. Each set is replaced as a whole while calls go on.</summary>
public sealed class WalletLists
{
    private volatile FrozenSet<EthereumAddress> _allowed = [];
    private volatile FrozenSet<EthereumAddress> _denied = [];
    private volatile FrozenSet<EthereumAddress> _privileged = [];

    /// <summary>Sets the wallets that get priority under the rate limits.</summary>
    /// <param name="wallets">All of them.</param>
    public void SetAllowed(IEnumerable<EthereumAddress> wallets) => _allowed = wallets.ToFrozenSet();

    /// <summary>Sets the wallets that may not publish.</summary>
    /// <param name="wallets">All of them.</param>
    public void SetDenied(IEnumerable<EthereumAddress> wallets) => _denied = wallets.ToFrozenSet();

    /// <summary>Sets the wallets that may write to any topic.</summary>
    /// <param name="wallets">All of them.</param>
    public void SetPrivileged(IEnumerable<EthereumAddress> wallets) => _privileged = wallets.ToFrozenSet();

    /// <summary>Wallets that get priority.</summary>
    public IReadOnlyCollection<EthereumAddress> Allowed => _allowed;

    /// <summary>Wallets that may not publish.</summary>
    public IReadOnlyCollection<EthereumAddress> Denied => _denied;

    /// <summary>Wallets that may write anywhere.</summary>
    public IReadOnlyCollection<EthereumAddress> Privileged => _privileged;

    /// <summary>Whether a wallet has priority.</summary>
    public bool IsAllowed(EthereumAddress wallet) => _allowed.Contains(wallet);

    /// <summary>Whether a wallet may not publish.</summary>
    public bool IsDenied(EthereumAddress wallet) => _denied.Contains(wallet);

    /// <summary>Whether a wallet may write anywhere.</summary>
    public bool IsPrivileged(EthereumAddress wallet) => _privileged.Contains(wallet);
}
