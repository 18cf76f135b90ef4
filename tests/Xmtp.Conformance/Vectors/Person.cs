using Xmtp.Cryptography;
using Xmtp.Identity;

namespace Xmtp.Conformance.Vectors;

/// <summary>One of the people of file 01, with their own copy of their keys.</summary>
internal sealed class Person : IDisposable
{
    private Person(Vector vector, CryptoProvider provider)
    {
        Vector = vector;
        Wallet = new PrivateKeyWallet(vector["wallet_private_key"].Bytes, provider);
        Keys = PrivateKeyBundle.Import(vector["private_key_bundle_bytes"].Bytes, provider);
    }

    public Vector Vector { get; }

    public PrivateKeyWallet Wallet { get; }

    public PrivateKeyBundle Keys { get; }

    public EthereumAddress Address => Keys.WalletAddress;

    public static Person Named(string name, CryptoProvider provider) => new(VectorFiles.Open("01-identity-v1")["people"].Named(name), provider);

    public void Dispose()
    {
        Wallet.Dispose();
        Keys.Dispose();
    }
}
