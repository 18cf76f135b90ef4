using System.Buffers.Binary;
using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json.Nodes;

namespace Xmtp.Samples.Tests.Push;

/// <summary>
/// The receiving side of web push, written from RFC 8188 (encoding), 8291 (keys) and 8292 (who sends), and from nothing else.
/// </summary>
internal sealed class BrowserSubscription : IDisposable
{
    private const int KeyLength = 16;
    private const int NonceLength = 12;
    private const int TagLength = 16;
    private const int HeaderLength = 21;

    private readonly ECDiffieHellman _key;
    private readonly byte[] _auth;

    public BrowserSubscription() => (_key, _auth) = (ECDiffieHellman.Create(ECCurve.NamedCurves.nistP256), RandomNumberGenerator.GetBytes(16));

    public BrowserSubscription(string privateKey, string publicKey, string auth)
    {
        var point = Base64Url.DecodeFromChars(publicKey);
        _key = ECDiffieHellman.Create(new ECParameters
        {
            Curve = ECCurve.NamedCurves.nistP256, D = Base64Url.DecodeFromChars(privateKey), Q = new ECPoint { X = point[1..33], Y = point[33..] },
        });
        _auth = Base64Url.DecodeFromChars(auth);
    }

    /// <summary>The uncompressed point, base64url.</summary>
    public string P256dh => Base64Url.EncodeToString(PublicKey);

    public string Auth => Base64Url.EncodeToString(_auth);

    private byte[] PublicKey => Point(_key.ExportParameters(includePrivateParameters: false).Q);

    /// <summary>Decrypts a body of the encoding aes128gcm with one record.</summary>
    public byte[] Decrypt(byte[] body)
    {
        // RFC 8188, 2.1: salt (16), record size (4), length of the key id (1), key id: the sender's public key (RFC 8291, 4).
        var (salt, recordSize, idLength) = (body[..16], BinaryPrimitives.ReadUInt32BigEndian(body.AsSpan(16)), body[20]);
        var sender = body[HeaderLength..(HeaderLength + idLength)];
        var record = body[(HeaderLength + idLength)..];
        Assert.True(record.Length <= recordSize && idLength == 65 && sender[0] == 0x04);

        // RFC 8291, 3.4.
        using var senderKey = ECDiffieHellman.Create(new ECParameters { Curve = ECCurve.NamedCurves.nistP256, Q = new ECPoint { X = sender[1..33], Y = sender[33..] } });
        var shared = _key.DeriveRawSecretAgreement(senderKey.PublicKey);
        var keyInfo = (byte[])[.. "WebPush: info\0"u8, .. PublicKey, .. sender];
        var material = HKDF.Expand(HashAlgorithmName.SHA256, HKDF.Extract(HashAlgorithmName.SHA256, shared, _auth), 32, keyInfo);
        var secret = HKDF.Extract(HashAlgorithmName.SHA256, material, salt);
        var key = HKDF.Expand(HashAlgorithmName.SHA256, secret, KeyLength, "Content-Encoding: aes128gcm\0"u8.ToArray());
        var nonce = HKDF.Expand(HashAlgorithmName.SHA256, secret, NonceLength, "Content-Encoding: nonce\0"u8.ToArray());

        var plain = new byte[record.Length - TagLength];
        using var cipher = new AesGcm(key, TagLength);
        cipher.Decrypt(nonce, record.AsSpan(0, plain.Length), record.AsSpan(plain.Length), plain);

        // The delimiter of the last record, then zeros.
        var end = plain.AsSpan().LastIndexOfAnyExcept((byte)0);
        Assert.Equal(2, plain[end]);
        return plain[..end];
    }

    /// <summary>Checks the header <c>Authorization</c> of RFC 8292 and gives the claims.</summary>
    public static JsonObject CheckVapid(string authorization, string publicKey)
    {
        Assert.StartsWith("vapid ", authorization, StringComparison.OrdinalIgnoreCase);
        var parts = authorization[6..].Split(',', StringSplitOptions.TrimEntries).Select(static part => part.Split('=', 2)).ToDictionary(static part => part[0], static part => part[1]);
        Assert.Equal(publicKey, parts["k"]);
        var point = Base64Url.DecodeFromChars(publicKey);
        using var key = ECDsa.Create(new ECParameters { Curve = ECCurve.NamedCurves.nistP256, Q = new ECPoint { X = point[1..33], Y = point[33..] } });
        var token = parts["t"].Split('.');
        Assert.True(key.VerifyData(Encoding.ASCII.GetBytes($"{token[0]}.{token[1]}"), Base64Url.DecodeFromChars(token[2]), HashAlgorithmName.SHA256));
        Assert.Equal("ES256", JsonNode.Parse(Base64Url.DecodeFromChars(token[0]))!["alg"]!.GetValue<string>());
        return JsonNode.Parse(Base64Url.DecodeFromChars(token[1]))!.AsObject();
    }

    public void Dispose() => _key.Dispose();

    private static byte[] Point(ECPoint point) => [0x04, .. point.X!, .. point.Y!];
}
