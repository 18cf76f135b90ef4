using System.Buffers;
using System.Security.Cryptography;
using System.Text.Json;
using Org.BouncyCastle.Crypto.Engines;
using Org.BouncyCastle.Crypto.Modes;
using Org.BouncyCastle.Crypto.Parameters;
using Xmtp.Protocol.Errors;

namespace Xmtp.Cryptography.WalletFiles;

/// <summary>
/// A wallet's private key in an encrypted file, in the Web3 Secret Storage format, version 3: the one that Ethereum
/// wallets and tools write and read. Key derivation by scrypt (written) or PBKDF2 (read), AES-128-CTR, Keccak MAC.
/// </summary>
public static class WalletFile
{
    /// <summary>Largest file that is read, in bytes; real ones have about 500.</summary>
    public const int LengthMaxBytes = 16 * 1024;

    private const int SaltLength = 32;
    private const int IvLength = 16;
    private const int DerivedKeyLength = 32;

    /// <summary>Encrypts a private key under a passphrase.</summary>
    /// <param name="privateKey">32 bytes.</param>
    /// <param name="address">Address of the key; written in clear so that the file can be told from others.</param>
    /// <param name="passphrase">Any text; encoded as UTF-8.</param>
    /// <param name="cost">scrypt's cost N, a power of two. Each doubling doubles time and memory; 2^17 takes 128 MiB.</param>
    /// <param name="random">Source of salt, IV and id; the system's when null.</param>
    /// <returns>The file's content, UTF-8 JSON.</returns>
    public static byte[] Encrypt(
        ReadOnlySpan<byte> privateKey, EthereumAddress address, string passphrase, int cost = 1 << 17, RandomNumberGenerator? random = null)
    {
        ArgumentNullException.ThrowIfNull(passphrase);
        ArgumentOutOfRangeException.ThrowIfNotEqual(privateKey.Length, CryptoProvider.PrivateKeyLength);
        Span<byte> noise = stackalloc byte[SaltLength + IvLength + 16];
        if (random is null) RandomNumberGenerator.Fill(noise);
        else random.GetBytes(noise);
        var derivation = KeyDerivation.Scrypt(noise[..SaltLength].ToArray(), cost, r: 8, p: 1);
        var iv = noise.Slice(SaltLength, IvLength).ToArray();
        var derived = derivation.Derive(passphrase);
        try
        {
            var ciphertext = AesCtr(derived.AsSpan(0, 16), iv, privateKey);
            return Write(address, new Guid(noise[^16..]), derivation, iv, ciphertext, Mac(derived, ciphertext));
        }
        finally
        {
            CryptographicOperations.ZeroMemory(derived);
        }
    }

    /// <summary>Decrypts the private key; the caller zeroes it after use.</summary>
    /// <param name="file">The file's content.</param>
    /// <param name="passphrase">The passphrase it was written with.</param>
    /// <returns>32 bytes.</returns>
    /// <exception cref="XmtpException"><see cref="ErrorCatalogue.KeyFileUnreadable"/>: another format, damaged, or the wrong passphrase.</exception>
    public static byte[] Decrypt(ReadOnlySpan<byte> file, string passphrase)
    {
        ArgumentNullException.ThrowIfNull(passphrase);
        var (derivation, iv, ciphertext, mac) = Parse(file);
        var derived = derivation.Derive(passphrase);
        try
        {
            if (!CryptographicOperations.FixedTimeEquals(Mac(derived, ciphertext), mac))
                throw Unreadable("The passphrase is wrong, or the key file was altered.");
            return AesCtr(derived.AsSpan(0, 16), iv, ciphertext);
        }
        finally
        {
            CryptographicOperations.ZeroMemory(derived);
        }
    }

    /// <summary>The address a file says it holds, without a passphrase; null when it does not say.</summary>
    /// <exception cref="XmtpException"><see cref="ErrorCatalogue.KeyFileUnreadable"/>: no JSON object.</exception>
    public static EthereumAddress? ReadAddress(ReadOnlySpan<byte> file)
    {
        using var document = ParseJson(file);
        return document.RootElement.TryGetProperty("address", out var address) && address.ValueKind == JsonValueKind.String &&
            EthereumAddress.TryParse("0x" + address.GetString()!.ToLowerInvariant().Replace("0x", "", StringComparison.Ordinal), out var parsed)
            ? parsed
            : null;
    }

    internal static XmtpException Unreadable(string message, Exception? inner = null) =>
        new(ErrorCatalogue.KeyFileUnreadable, message, inner);

    private static (KeyDerivation Derivation, byte[] Iv, byte[] Ciphertext, byte[] Mac) Parse(ReadOnlySpan<byte> file)
    {
        try
        {
            using var document = ParseJson(file);
            var root = document.RootElement;
            if (root.GetProperty("version").GetInt32() != 3) throw Unreadable("The key file has another version than 3.");
            var crypto = root.TryGetProperty("crypto", out var lower) ? lower : root.GetProperty("Crypto");
            if (crypto.GetProperty("cipher").GetString() != "aes-128-ctr") throw Unreadable("The key file uses another cipher than aes-128-ctr.");
            return (
                KeyDerivation.Parse(crypto.GetProperty("kdf").GetString(), crypto.GetProperty("kdfparams")),
                Hex(crypto.GetProperty("cipherparams").GetProperty("iv"), IvLength),
                Hex(crypto.GetProperty("ciphertext"), CryptoProvider.PrivateKeyLength),
                Hex(crypto.GetProperty("mac"), Keccak256.Length));
        }
        catch (Exception exception) when (exception is KeyNotFoundException or InvalidOperationException or FormatException)
        {
            throw Unreadable("The key file is not a complete Web3 Secret Storage file.", exception);
        }
    }

    private static JsonDocument ParseJson(ReadOnlySpan<byte> file)
    {
        if (file.Length > LengthMaxBytes) throw Unreadable($"A key file has at most {LengthMaxBytes} bytes; this one has {file.Length}.");
        try
        {
            var document = JsonDocument.Parse(file.ToArray(), new JsonDocumentOptions { MaxDepth = 8 });
            return document.RootElement.ValueKind == JsonValueKind.Object ? document : throw Unreadable("The key file is not a JSON object.");
        }
        catch (JsonException exception)
        {
            throw Unreadable("The key file is not JSON.", exception);
        }
    }

    private static byte[] Write(EthereumAddress address, Guid id, KeyDerivation derivation, byte[] iv, byte[] ciphertext, byte[] mac)
    {
        var buffer = new ArrayBufferWriter<byte>(512);
        using (var json = new Utf8JsonWriter(buffer, new JsonWriterOptions { Indented = true }))
        {
            json.WriteStartObject();
            json.WriteNumber("version", 3);
            json.WriteString("id", id);
            json.WriteString("address", address.ToString()[2..].ToLowerInvariant());
            json.WriteStartObject("crypto");
            json.WriteString("cipher", "aes-128-ctr");
            json.WriteStartObject("cipherparams");
            json.WriteString("iv", Convert.ToHexStringLower(iv));
            json.WriteEndObject();
            json.WriteString("ciphertext", Convert.ToHexStringLower(ciphertext));
            derivation.Write(json);
            json.WriteString("mac", Convert.ToHexStringLower(mac));
            json.WriteEndObject();
            json.WriteEndObject();
        }

        return buffer.WrittenSpan.ToArray();
    }

    internal static byte[] Hex(JsonElement element, int length)
    {
        var bytes = Convert.FromHexString(element.GetString() ?? "");
        return bytes.Length == length ? bytes : throw new FormatException($"A field of the key file has {bytes.Length} bytes instead of {length}.");
    }

    private static byte[] Mac(ReadOnlySpan<byte> derived, ReadOnlySpan<byte> ciphertext)
    {
        Span<byte> input = stackalloc byte[DerivedKeyLength - 16 + CryptoProvider.PrivateKeyLength];
        derived[16..DerivedKeyLength].CopyTo(input);
        ciphertext.CopyTo(input[16..]);
        var mac = Keccak256.Hash(input);
        CryptographicOperations.ZeroMemory(input);
        return mac;
    }

    private static byte[] AesCtr(ReadOnlySpan<byte> key, byte[] iv, ReadOnlySpan<byte> input)
    {
        var cipher = new SicBlockCipher(new AesEngine());
        cipher.Init(forEncryption: true, new ParametersWithIV(new KeyParameter(key), iv));
        var output = new byte[input.Length];
        for (var offset = 0; offset < input.Length; offset += 16) cipher.ProcessBlock(input.Slice(offset, 16), output.AsSpan(offset, 16));
        return output;
    }
}
