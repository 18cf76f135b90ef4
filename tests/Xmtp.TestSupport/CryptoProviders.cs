using Xmtp.Cryptography;
using Xunit;

namespace Xmtp.TestSupport;

/// <summary>
/// Theory data: the name of every provider that works here. Use it with <c>[ClassData(typeof(CryptoProviders))]</c>
/// and <see cref="Get"/>. Where the environment sets <c>XMTP_REQUIRE_NATIVE=1</c>, a missing libsecp256k1 fails the tests
/// instead of halving them in silence.
/// </summary>
public sealed class CryptoProviders : TheoryData<string>
{
    private const string Managed = "managed";
    private const string Native = "native";

    public CryptoProviders()
    {
        foreach (var name in Names)
            Add(name);
    }

    /// <summary>The same names, for theories that combine them with other data.</summary>
    public static IReadOnlyList<string> Names { get; } = NativeCryptoProvider.TryCreate(out _) ? [Managed, Native]
        : Environment.GetEnvironmentVariable("XMTP_REQUIRE_NATIVE") != "1" ? [Managed]
        : throw new InvalidOperationException("XMTP_REQUIRE_NATIVE is 1, but libsecp256k1 is missing or unusable; install it (Debian: libsecp256k1-1 or -2)");

    /// <summary>The provider of that name.</summary>
    public static CryptoProvider Get(string name) => name switch
    {
        Managed => ManagedCryptoProvider.Instance,
        Native when NativeCryptoProvider.TryCreate(out var provider) => provider,
        _ => throw new ArgumentException($"there is no provider {name} here", nameof(name)),
    };
}
