using System.Numerics;
using Google.Protobuf;
using Xmtp.Cryptography;
using Xmtp.Protocol.Errors;
using Proto = Xmtp.Protocol.MessageContents;

namespace Xmtp.Identity;

/// <summary>
/// The bytes of a private key bundle, read and written without the generated messages: see <see cref="SecretReader"/>.
/// Written is <c>PrivateKeyBundle { v1 }</c>; read is that and the bare <c>PrivateKeyBundleV1</c> of the year 2022.
/// </summary>
internal static class PrivateKeyBundleFormat
{
    // Field numbers of PrivateKeyBundle, PrivateKeyBundleV1, PrivateKey and PrivateKey.Secp256k1, in this order.
    private const int VersionV1 = 1, VersionV2 = 2;
    private const int IdentityKey = 1, PreKeys = 2;
    private const int Timestamp = 1, Secp256k1 = 2, PublicKey = 3;
    private const int SecretBytes = 1;

    private const int Varint = 0, LengthDelimited = 2;

    /// <summary>Tag and length of <c>Secp256k1</c>, tag and length of its bytes, and those.</summary>
    private const int SecretLength = 4 + CryptoProvider.PrivateKeyLength;

    /// <summary>Reads either layout.</summary>
    /// <param name="data">The serialised bundle; stays the caller's, to clear.</param>
    /// <param name="provider">Checks the keys.</param>
    /// <param name="isCurrentLayout">False when the bytes were a bare <c>PrivateKeyBundleV1</c>.</param>
    /// <returns>The identity key, then the pre-keys, newest first. The caller disposes them.</returns>
    /// <exception cref="XmtpException">
    /// The bytes are no bundle, or keys in it do not belong together (MalformedData); or the keys are V2 (LegacyKeysRequired).
    /// </exception>
    internal static PrivateKeyV1[] Read(ReadOnlySpan<byte> data, CryptoProvider provider, out bool isCurrentLayout)
    {
        ReadOnlySpan<byte> bundle = Locate(data, out isCurrentLayout);
        List<PrivateKeyV1> keys = [];
        try
        {
            SecretReader.TryFind(bundle, IdentityKey, out ReadOnlySpan<byte> identityKey);
            keys.Add(ReadKey(identityKey, provider));
            SecretReader reader = new(bundle);
            while (reader.Read())
            {
                if (reader.Field == PreKeys && reader.IsBytes)
                    keys.Add(ReadKey(reader.Bytes, provider));
            }

            if (keys.Count < 2)
                throw Malformed("private key bundle has no pre-key");
            return [.. keys];
        }
        catch
        {
            keys.ForEach(static key => key.Dispose());
            throw;
        }
    }

    /// <summary>Writes the current layout.</summary>
    /// <param name="keys">The identity key, then the pre-keys, newest first.</param>
    /// <returns>An array that the caller clears.</returns>
    internal static byte[] Write(ReadOnlySpan<PrivateKeyV1> keys)
    {
        int length = 0;
        foreach (PrivateKeyV1 key in keys)
            length += FieldLength(KeyLength(key, key.PublicKey.ToProto().CalculateSize()));
        byte[] data = GC.AllocateUninitializedArray<byte>(FieldLength(length));
        Span<byte> rest = data;
        WriteHead(ref rest, VersionV1, length);
        for (int i = 0; i < keys.Length; i++)
            WriteKey(ref rest, i == 0 ? IdentityKey : PreKeys, keys[i]);
        return data;
    }

    /// <summary>
    /// Tells the layouts apart by content. A reader of fields cannot tell them by failure: in either layout the other's fields
    /// are only unknown.
    /// </summary>
    private static ReadOnlySpan<byte> Locate(ReadOnlySpan<byte> data, out bool isCurrentLayout)
    {
        isCurrentLayout = SecretReader.TryFind(data, VersionV1, out ReadOnlySpan<byte> v1) && HasIdentityKey(v1);
        if (isCurrentLayout)
            return v1;
        if (HasIdentityKey(data))
            return data;
        if (SecretReader.TryFind(data, VersionV2, out ReadOnlySpan<byte> v2) && HasIdentityKey(v2))
        {
            throw new XmtpException(
                ErrorCatalogue.LegacyKeysRequired, "private key bundle is of version 2, which no published client uses as its own");
        }

        throw Malformed("private key bundle is missing, or its identity key is");
    }

    private static bool HasIdentityKey(ReadOnlySpan<byte> bundle) =>
        SecretReader.TryFind(bundle, IdentityKey, out ReadOnlySpan<byte> key)
        && SecretReader.TryFind(key, Secp256k1, out ReadOnlySpan<byte> secret)
        && SecretReader.TryFind(secret, SecretBytes, out ReadOnlySpan<byte> bytes)
        && bytes.Length == CryptoProvider.PrivateKeyLength
        && SecretReader.TryFind(key, PublicKey, out _);

    private static PrivateKeyV1 ReadKey(ReadOnlySpan<byte> data, CryptoProvider provider)
    {
        ulong timestamp = 0;
        ReadOnlySpan<byte> secret = default, publicKey = default;
        SecretReader reader = new(data);
        while (reader.Read())
        {
            switch (reader.Field)
            {
                case Timestamp when !reader.IsBytes:
                    timestamp = reader.Number;
                    break;
                case Secp256k1 when reader.IsBytes:
                    SecretReader.TryFind(reader.Bytes, SecretBytes, out secret);
                    break;
                case PublicKey when reader.IsBytes:
                    publicKey = reader.Bytes;
                    break;
            }
        }

        if (reader.IsMalformed || secret.Length != CryptoProvider.PrivateKeyLength || publicKey.IsEmpty)
            throw Malformed("private key is incomplete");
        PublicKeyV1 parsed = ReadPublicKey(publicKey, provider);
        Secp256k1PrivateKey key = new(secret, provider);
        if (key.PublicKey.Equals(parsed.Key))
            return new PrivateKeyV1(timestamp, key, parsed);
        key.Dispose();
        throw Malformed("private key and public key do not belong together");
    }

    private static PublicKeyV1 ReadPublicKey(ReadOnlySpan<byte> data, CryptoProvider provider)
    {
        try
        {
            return PublicKeyV1.FromProto(Proto.PublicKey.Parser.ParseFrom(data), provider);
        }
        catch (InvalidProtocolBufferException failure)
        {
            throw new XmtpException(ErrorCatalogue.MalformedData, "public key does not parse", failure);
        }
    }

    private static void WriteKey(ref Span<byte> rest, int field, PrivateKeyV1 key)
    {
        Proto.PublicKey publicKey = key.PublicKey.ToProto();
        int publicKeyLength = publicKey.CalculateSize();
        WriteHead(ref rest, field, KeyLength(key, publicKeyLength));
        if (key.Timestamp != 0)
        {
            WriteVarint(ref rest, (Timestamp << 3) | Varint);
            WriteVarint(ref rest, key.Timestamp);
        }

        WriteHead(ref rest, Secp256k1, FieldLength(CryptoProvider.PrivateKeyLength));
        WriteHead(ref rest, SecretBytes, CryptoProvider.PrivateKeyLength);
        key.Key.CopyTo(rest[..CryptoProvider.PrivateKeyLength]);
        rest = rest[CryptoProvider.PrivateKeyLength..];
        WriteHead(ref rest, PublicKey, publicKeyLength);
        publicKey.WriteTo(rest[..publicKeyLength]);
        rest = rest[publicKeyLength..];
    }

    private static int KeyLength(PrivateKeyV1 key, int publicKeyLength) =>
        (key.Timestamp == 0 ? 0 : 1 + VarintLength(key.Timestamp)) + SecretLength + FieldLength(publicKeyLength);

    /// <summary>Length of a field of so many bytes. All field numbers here are below 16, so each tag is one byte.</summary>
    private static int FieldLength(int length) => 1 + VarintLength((ulong)length) + length;

    private static int VarintLength(ulong value) => (BitOperations.Log2(value | 1) / 7) + 1;

    private static void WriteHead(ref Span<byte> rest, int field, int length)
    {
        WriteVarint(ref rest, (ulong)((field << 3) | LengthDelimited));
        WriteVarint(ref rest, (ulong)length);
    }

    private static void WriteVarint(ref Span<byte> rest, ulong value)
    {
        int i = 0;
        for (; value >= 0x80; value >>= 7)
            rest[i++] = (byte)(value | 0x80);
        rest[i++] = (byte)value;
        rest = rest[i..];
    }

    private static XmtpException Malformed(string text) => new(ErrorCatalogue.MalformedData, text);
}
