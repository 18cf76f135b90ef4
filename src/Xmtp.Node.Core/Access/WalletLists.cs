using System.Collections.Frozen;

namespace Xmtp.Node.Core.Access;

/// <summary>
/// Wallets with a special standing at this node. Each set is replaced as a whole while calls go on. Addresses compare without
/// regard to case.
/// </summary>
public sealed class WalletLists
{
    private volatile FrozenSet<string> _allowed = FrozenSet<string>.Empty;
    private volatile FrozenSet<string> _denied = FrozenSet<string>.Empty;
    private volatile FrozenSet<string> _privileged = FrozenSet<string>.Empty;

    /// <summary>Sets the wallets that get priority under the rate limits.</summary>
    /// <param name="addresses">Addresses in any case.</param>
    public void SetAllowed(IEnumerable<string> addresses) => _allowed = ToSet(addresses);

    /// <summary>Sets the wallets that may not publish.</summary>
    /// <param name="addresses">Addresses in any case.</param>
    public void SetDenied(IEnumerable<string> addresses) => _denied = ToSet(addresses);

    /// <summary>Sets the wallets that may write to any topic.</summary>
    /// <param name="addresses">Addresses in any case.</param>
    public void SetPrivileged(IEnumerable<string> addresses) => _privileged = ToSet(addresses);

    /// <summary>Whether a wallet has priority.</summary>
    public bool IsAllowed(string address) => _allowed.Contains(address);

    /// <summary>Whether a wallet may not publish.</summary>
    public bool IsDenied(string address) => _denied.Contains(address);

    /// <summary>Whether a wallet may write anywhere.</summary>
    public bool IsPrivileged(string address) => _privileged.Contains(address);

    private static FrozenSet<string> ToSet(IEnumerable<string> addresses) => addresses.ToFrozenSet(StringComparer.OrdinalIgnoreCase);
}
