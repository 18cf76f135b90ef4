using Xmtp.Cryptography;
using Proto = Xmtp.Protocol.MessageContents;

namespace Xmtp.Client.Consent;

/// <summary>One decision about some entries of one kind.</summary>
/// <param name="State">Allowed or denied; the protocol cannot write "unknown again".</param>
/// <param name="Kind">What the values are.</param>
/// <param name="Values">Addresses, group ids or inbox ids.</param>
public sealed record ConsentAction(ConsentState State, ConsentKind Kind, IReadOnlyList<string> Values)
{
    /// <summary>Allows accounts.</summary>
    public static ConsentAction Allow(params IEnumerable<EthereumAddress> addresses) => About(ConsentState.Allowed, addresses);

    /// <summary>Denies accounts.</summary>
    public static ConsentAction Deny(params IEnumerable<EthereumAddress> addresses) => About(ConsentState.Denied, addresses);

    internal IEnumerable<ConsentEntry> Entries => Values.Where(static value => value.Length > 0).Select(value => new ConsentEntry(Kind, value));

    /// <summary>One member of the one-of group, never more: other readers would keep only the last.</summary>
    internal Proto.PrivatePreferencesAction ToProto() => (State, Kind) switch
    {
        (ConsentState.Allowed, ConsentKind.Address) => new() { AllowAddress = new() { WalletAddresses = { Values } } },
        (ConsentState.Denied, ConsentKind.Address) => new() { DenyAddress = new() { WalletAddresses = { Values } } },
        (ConsentState.Allowed, ConsentKind.Group) => new() { AllowGroup = new() { GroupIds = { Values } } },
        (ConsentState.Denied, ConsentKind.Group) => new() { DenyGroup = new() { GroupIds = { Values } } },
        (ConsentState.Allowed, ConsentKind.Inbox) => new() { AllowInboxId = new() { InboxIds = { Values } } },
        (ConsentState.Denied, ConsentKind.Inbox) => new() { DenyInboxId = new() { InboxIds = { Values } } },
        _ => throw new InvalidOperationException($"An action allows or denies; {State} about {Kind} cannot be written."),
    };

    private static ConsentAction About(ConsentState state, IEnumerable<EthereumAddress> addresses) =>
        new(state, ConsentKind.Address, [.. addresses.Select(static address => address.ToString())]);
}
