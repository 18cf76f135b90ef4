using Xmtp.Cryptography;

namespace Xmtp.Client.Consent;

/// <summary>Whom or what a decision is about.</summary>
public readonly record struct ConsentEntry
{
    // Addresses as bytes: their text costs a hash, and long lists compare many.
    private readonly EthereumAddress _address;
    private readonly string? _text;

    /// <summary>Addresses of any spelling become EIP-55 ones, because clients write what they were given.</summary>
    public ConsentEntry(ConsentKind kind, string value)
    {
        ArgumentNullException.ThrowIfNull(value);
        Kind = kind;
        if (kind != ConsentKind.Address || !EthereumAddress.TryParse(value.ToLowerInvariant(), out _address)) _text = value;
    }

    /// <summary>An account.</summary>
    public ConsentEntry(EthereumAddress address) => (Kind, _address) = (ConsentKind.Address, address);

    /// <summary>What <see cref="Value"/> is.</summary>
    public ConsentKind Kind { get; }

    /// <summary>An EIP-55 address, a group id or an inbox id.</summary>
    public string Value => _text ?? _address.ToString();

    /// <summary>The key that the JavaScript SDK uses, for example <c>address-0x…</c>.</summary>
    public override string ToString() => Kind switch
    {
        ConsentKind.Address => $"address-{Value}",
        ConsentKind.Group => $"groupId-{Value}",
        _ => $"inboxId-{Value}",
    };
}
