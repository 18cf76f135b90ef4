using Xmtp.Protocol.Errors;

namespace Xmtp.Cryptography;

/// <summary>Decides which provider <see cref="CryptoProvider.Default"/> is.</summary>
internal static class ProviderSelection
{
    /// <summary>Name of the environment variable that forces a provider.</summary>
    public const string Variable = "XMTP_CRYPTO";

    public static CryptoProvider FromEnvironment() => Select(Environment.GetEnvironmentVariable(Variable));

    /// <summary>Empty or null chooses by what the system has.</summary>
    public static CryptoProvider Select(string? wanted) => wanted?.Trim().ToLowerInvariant() switch
    {
        null or "" => (CryptoProvider?)Native() ?? ManagedCryptoProvider.Instance,
        "managed" => ManagedCryptoProvider.Instance,
        "native" => Native() ?? throw new XmtpException(
            ErrorCatalogue.CryptographyUnavailable,
            $"{Variable} asks for the native provider, but no libsecp256k1 with its recovery and ecdh modules could be loaded"),
        _ => throw new XmtpException(
            ErrorCatalogue.CryptographyUnavailable, $"{Variable} is \"{wanted}\"; it may be \"native\", \"managed\" or unset"),
    };

    private static NativeCryptoProvider? Native() =>
        !OperatingSystem.IsBrowser() && NativeCryptoProvider.TryCreate(out var native) ? native : null;
}
