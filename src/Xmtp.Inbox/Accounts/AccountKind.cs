using System.Text.Json.Serialization;

namespace Xmtp.Inbox.Accounts;

/// <summary>Where an account's wallet is.</summary>
[JsonConverter(typeof(JsonStringEnumConverter<AccountKind>))]
public enum AccountKind
{
    /// <summary>In an extension of the browser.</summary>
    Wallet,

    /// <summary>In a key file that the user has.</summary>
    KeyFile,

    /// <summary>Made here; its key is sealed on this device, and can be saved as a key file.</summary>
    ThrowAway,
}
