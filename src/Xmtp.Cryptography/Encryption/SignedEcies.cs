using System.Security.Cryptography;
using Google.Protobuf;
using Xmtp.Protocol.Errors;
using Proto = Xmtp.Protocol.MessageContents;

namespace Xmtp.Cryptography;

/// <summary>
/// What an identity writes for itself alone: <see cref="Ecies"/> to its own key, signed by it. Published JavaScript
/// clients keep their local store in this form.
/// </summary>
public static class SignedEcies
{
    /// <summary>Encrypts to an identity and signs with it.</summary>
    /// <param name="identity">Writer and only reader.</param>
    /// <param name="plaintext">What to encrypt.</param>
    /// <param name="random">Source of randomness, as in <see cref="Ecies.Encrypt"/>; the system's when null.</param>
    /// <exception cref="ObjectDisposedException">The key is disposed.</exception>
    public static Proto.SignedEciesCiphertext Encrypt(Secp256k1PrivateKey identity, ReadOnlySpan<byte> plaintext, RandomNumberGenerator? random = null)
    {
        ArgumentNullException.ThrowIfNull(identity);
        var bytes = Ecies.Encrypt(identity.PublicKey, plaintext, random).ToByteString();
        var signature = identity.Sign(SHA256.HashData(bytes.Span));
        return new Proto.SignedEciesCiphertext
        {
            EciesBytes = bytes,
            Signature = new Proto.Signature
            {
                EcdsaCompact = new Proto.Signature.Types.ECDSACompact
                {
                    Bytes = UnsafeByteOperations.UnsafeWrap(signature.Bytes),
                    Recovery = (uint)signature.Recovery,
                },
            },
        };
    }

    /// <summary>Checks the signature, then decrypts.</summary>
    /// <param name="message">As it was read; null when there was none.</param>
    /// <param name="identity">Who wrote it.</param>
    /// <exception cref="XmtpException">
    /// MalformedData: a part is missing, does not parse or has the wrong length.
    /// CryptographyFailed: it was altered, or written by another identity.
    /// </exception>
    /// <exception cref="ObjectDisposedException">The key is disposed.</exception>
    public static byte[] Decrypt(Proto.SignedEciesCiphertext? message, Secp256k1PrivateKey identity)
    {
        ArgumentNullException.ThrowIfNull(identity);
        if (message?.Signature?.EcdsaCompact is not { } signature || signature.Bytes.Length != CryptoProvider.SignatureLength)
            throw new XmtpException(ErrorCatalogue.MalformedData, "the signed ECIES message has no signature of 64 bytes by an XMTP key");
        if (!identity.Provider.Verify(identity.PublicKey.Span, SHA256.HashData(message.EciesBytes.Span), signature.Bytes.Span))
            throw new XmtpException(ErrorCatalogue.CryptographyFailed, "the signed ECIES message was altered or written by another identity");
        return Ecies.Decrypt(Parse(message.EciesBytes), identity);
    }

    private static Proto.SignedEciesCiphertext.Types.Ecies Parse(ByteString bytes)
    {
        try
        {
            return Proto.SignedEciesCiphertext.Types.Ecies.Parser.ParseFrom(bytes);
        }
        catch (InvalidProtocolBufferException exception)
        {
            throw new XmtpException(ErrorCatalogue.MalformedData, "the signed ECIES message's content does not parse", exception);
        }
    }
}
