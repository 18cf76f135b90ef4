namespace Xmtp.Inbox.Accounts;

/// <summary>An account that was opened on this device. Its keys are in its store, which <see cref="SealedStoreKey"/> opens.</summary>
public sealed record KnownAccount
{
    public required string Address { get; init; }

    public AccountKind Kind { get; init; }

    /// <summary>Name of the local store's database.</summary>
    public required string Store { get; init; }

    /// <summary>The store's key, sealed for this device.</summary>
    public required byte[] SealedStoreKey { get; init; }

    /// <summary>Whether a passphrase is needed to open it.</summary>
    public bool HasPassphrase { get; init; }

    /// <summary>A throw-away wallet's private key, sealed as the store's key is; null for other kinds.</summary>
    public byte[]? SealedWalletKey { get; init; }

    public DateTimeOffset LastUsed { get; init; }
}
