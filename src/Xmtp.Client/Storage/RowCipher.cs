using System.Security.Cryptography;
using Xmtp.Cryptography;

namespace Xmtp.Client.Storage;

/// <summary>AES-256-GCM under one key, set up once: for short rows that costs as much as the encryption itself. Used by one thread at a time.</summary>
internal sealed class RowCipher : IDisposable
{
    private readonly CryptoProvider _provider;
    private readonly AesGcm? _aes;
    private readonly byte[] _key = [];

    public RowCipher(ReadOnlySpan<byte> key, CryptoProvider provider)
    {
        _provider = provider;

        // A browser has none of its own; there the provider's managed one does it.
        if (AesGcm.IsSupported) _aes = new AesGcm(key, CryptoProvider.GcmTagLength);
        else _key = key.ToArray();
    }

    /// <summary>Encrypts a row.</summary>
    /// <param name="nonce">12 bytes, never used before.</param>
    /// <param name="clear">What to encrypt.</param>
    /// <param name="sealed">Receives ciphertext and tag.</param>
    /// <param name="associated">What the ciphertext is bound to.</param>
    public void Encrypt(ReadOnlySpan<byte> nonce, ReadOnlySpan<byte> clear, Span<byte> @sealed, ReadOnlySpan<byte> associated)
    {
        if (_aes is not null) _aes.Encrypt(nonce, clear, @sealed[..clear.Length], @sealed[clear.Length..], associated);
        else _provider.EncryptAesGcm(_key, nonce, clear, associated, @sealed);
    }

    /// <summary>Opens a row.</summary>
    /// <returns>False, with <paramref name="clear"/> cleared, when it was changed or made under another key.</returns>
    public bool TryDecrypt(ReadOnlySpan<byte> nonce, ReadOnlySpan<byte> @sealed, Span<byte> clear, ReadOnlySpan<byte> associated)
    {
        if (_aes is null) return _provider.TryDecryptAesGcm(_key, nonce, @sealed, associated, clear);
        try
        {
            _aes.Decrypt(nonce, @sealed[..clear.Length], @sealed[clear.Length..], clear, associated);
            return true;
        }
        catch (AuthenticationTagMismatchException)
        {
            return false;
        }
    }

    public void Dispose()
    {
        _aes?.Dispose();
        CryptographicOperations.ZeroMemory(_key);
    }
}
