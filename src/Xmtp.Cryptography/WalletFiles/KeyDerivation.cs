using System.Numerics;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using Org.BouncyCastle.Crypto.Generators;

namespace Xmtp.Cryptography.WalletFiles;

/// <summary>How a wallet file turns its passphrase into 32 key bytes. Costs are bounded: a file is outside input.</summary>
internal sealed class KeyDerivation
{
    private const int KeyLength = 32;
    private const int SaltLengthMax = 64;

    // 1 GiB of memory and about ten seconds: above what any wallet writes, below what would hang a machine.
    private const long ScryptMemoryMaxBytes = 1L << 30;
    private const int ScryptParallelismMax = 16;
    private const int IterationsMax = 10_000_000;

    private readonly byte[] _salt;
    private readonly int _cost;
    private readonly int _r;
    private readonly int _p;

    /// <summary>Memory factor of scrypt, or 0 for PBKDF2 with HMAC-SHA-256.</summary>
    private KeyDerivation(byte[] salt, int cost, int r, int p) => (_salt, _cost, _r, _p) = (salt, cost, r, p);

    public static KeyDerivation Scrypt(byte[] salt, int cost, int r, int p)
    {
        // RFC 7914: the cost is below 2^(16 r), which matters for r = 1 alone.
        if (cost < 2 || (r == 1 && cost >= 1 << 16) || !BitOperations.IsPow2(cost) || r is < 1 or > 64 || p is < 1 or > ScryptParallelismMax || 128L * cost * r > ScryptMemoryMaxBytes)
            throw WalletFile.Unreadable($"The scrypt cost n={cost}, r={r}, p={p} is invalid or needs more than 1 GiB.");
        return new KeyDerivation(salt, cost, r, p);
    }

    public static KeyDerivation Parse(string? name, JsonElement parameters)
    {
        if (parameters.GetProperty("dklen").GetInt32() != KeyLength) throw WalletFile.Unreadable("The key file derives another length than 32 bytes.");
        var salt = Convert.FromHexString(parameters.GetProperty("salt").GetString() ?? "");
        if (salt.Length > SaltLengthMax) throw WalletFile.Unreadable($"The key file's salt is longer than {SaltLengthMax} bytes.");
        switch (name)
        {
            case "scrypt":
                return Scrypt(salt, parameters.GetProperty("n").GetInt32(), parameters.GetProperty("r").GetInt32(), parameters.GetProperty("p").GetInt32());
            case "pbkdf2" when parameters.GetProperty("prf").GetString() == "hmac-sha256":
                var iterations = parameters.GetProperty("c").GetInt32();
                return iterations is > 0 and <= IterationsMax
                    ? new KeyDerivation(salt, iterations, r: 0, p: 0)
                    : throw WalletFile.Unreadable($"The key file asks for {iterations} iterations; 1 to {IterationsMax} are allowed.");
            default:
                throw WalletFile.Unreadable($"The key file uses an unknown key derivation, \"{name}\".");
        }
    }

    public byte[] Derive(string passphrase)
    {
        var password = Encoding.UTF8.GetBytes(passphrase);
        try
        {
            return _r == 0
                ? Rfc2898DeriveBytes.Pbkdf2(password, _salt, _cost, HashAlgorithmName.SHA256, KeyLength)
                : SCrypt.Generate(password, _salt, _cost, _r, _p, KeyLength);
        }
        finally
        {
            CryptographicOperations.ZeroMemory(password);
        }
    }

    public void Write(Utf8JsonWriter json)
    {
        json.WriteString("kdf", "scrypt");
        json.WriteStartObject("kdfparams");
        json.WriteNumber("dklen", KeyLength);
        json.WriteNumber("n", _cost);
        json.WriteNumber("r", _r);
        json.WriteNumber("p", _p);
        json.WriteString("salt", Convert.ToHexStringLower(_salt));
        json.WriteEndObject();
    }
}
