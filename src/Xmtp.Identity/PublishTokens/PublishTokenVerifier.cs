using System.Runtime.InteropServices;
using System.Security.Cryptography;
using Google.Protobuf;
using Xmtp.Cryptography;
using Xmtp.Protocol;
using Xmtp.Protocol.Errors;
using Xmtp.Protocol.MessageApi.V1;
using Proto = Xmtp.Protocol.MessageContents;

namespace Xmtp.Identity;

/// <summary>
/// A node's check of publish tokens: who signed this request, and when. Safe for concurrent use. A token seen before costs one
/// hash; its age is looked at every time.
/// </summary>
public sealed class PublishTokenVerifier
{
    /// <summary>Tokens remembered unless told otherwise, a few megabytes when full.</summary>
    public const int DefaultCacheCapacity = 16_384;

    /// <summary>Longest part of a foreign scheme word that an error repeats.</summary>
    private const int SchemeEchoMaxChars = 16;

    private readonly CryptoProvider _provider;
    private readonly TimeProvider _timeProvider;
    private readonly VerifiedTokenCache _verified;

    /// <summary>Makes a verifier.</summary>
    /// <param name="provider">Checks the signatures.</param>
    /// <param name="timeProvider">The node's clock.</param>
    /// <param name="cacheCapacity">How many tokens to remember; rounded up to a power of two.</param>
    public PublishTokenVerifier(CryptoProvider provider, TimeProvider timeProvider, int cacheCapacity = DefaultCacheCapacity)
    {
        ArgumentNullException.ThrowIfNull(provider);
        ArgumentNullException.ThrowIfNull(timeProvider);
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(cacheCapacity);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(cacheCapacity, 1 << 24);
        _provider = provider;
        _timeProvider = timeProvider;
        _verified = new VerifiedTokenCache(cacheCapacity);
    }

    /// <summary>Checks the value of an <c>Authorization</c> header.</summary>
    /// <param name="authorizationHeader">The value; null or empty when the request has none.</param>
    /// <returns>The account that signed the token.</returns>
    /// <exception cref="XmtpException">
    /// The token is refused (Unauthenticated). The text is the one that the classic network's nodes give, which says why.
    /// </exception>
    public EthereumAddress Verify(string? authorizationHeader)
    {
        ReadOnlySpan<char> text = TokenText(authorizationHeader);
        Span<byte> digest = stackalloc byte[SHA256.HashSizeInBytes];
        SHA256.HashData(MemoryMarshal.AsBytes(text), digest);
        if (_verified.Find(digest) is { } known)
        {
            CheckAge(known.CreatedNs);
            return known.Wallet;
        }

        VerifiedToken token = CheckSignatures(Decode(text));
        CheckAge(token.CreatedNs);
        _verified.Add(digest, token);
        return token.Wallet;
    }

    /// <summary>Checks a token that another node kept, as of the time at which it accepted it.</summary>
    /// <param name="token">A serialised token, from outside.</param>
    /// <param name="acceptedNs">That time, in nanoseconds since 1970.</param>
    /// <returns>The account that signed the token.</returns>
    /// <exception cref="XmtpException">The token is refused (Unauthenticated).</exception>
    public EthereumAddress Verify(ReadOnlySpan<byte> token, long acceptedNs)
    {
        Span<byte> digest = stackalloc byte[SHA256.HashSizeInBytes];
        SHA256.HashData(token, digest);
        var known = _verified.Find(digest);
        if (known is null)
        {
            if (token.Length > Limits.TokenLengthMaxChars / 4 * 3)
                throw Refused($"extracting token: {token.Length} bytes are too many");
            known = CheckSignatures(Parse(token));
            _verified.Add(digest, known);
        }

        CheckAge(known.CreatedNs, acceptedNs);
        return known.Wallet;
    }

    /// <summary>The serialised token in an <c>Authorization</c> header that <see cref="Verify(string?)"/> accepted.</summary>
    /// <param name="authorizationHeader">The value.</param>
    public static byte[] Extract(string authorizationHeader) => Convert.FromBase64String(new string(TokenText(authorizationHeader)));

    private static ReadOnlySpan<char> TokenText(string? header)
    {
        if (string.IsNullOrEmpty(header))
            throw Refused("authorization token is not provided");
        int space = header.IndexOf(' ', StringComparison.Ordinal);
        if (space < 0 || header.IndexOf(' ', space + 1) >= 0)
            throw Refused("invalid authorization header");
        ReadOnlySpan<char> scheme = header.AsSpan(0, space);
        if (!scheme.SequenceEqual(PublishToken.Scheme))
            throw Refused($"unrecognized authorization scheme {scheme[..Math.Min(scheme.Length, SchemeEchoMaxChars)]}");
        ReadOnlySpan<char> text = header.AsSpan(space + 1);
        if (text.Length > Limits.TokenLengthMaxChars)
            throw Refused($"extracting token: {text.Length} characters are more than the {Limits.TokenLengthMaxChars} allowed");
        return text;
    }

    private static Token Decode(ReadOnlySpan<char> text)
    {
        Span<byte> bytes = stackalloc byte[Limits.TokenLengthMaxChars / 4 * 3];

        // The decoder skips white space, which is none of the alphabet.
        if (text.ContainsAny(" \t\r\n") || !Convert.TryFromBase64Chars(text, bytes, out int length))
            throw Refused("extracting token: not in standard base64 with padding");
        return Parse(bytes[..length]);
    }

    private static Token Parse(ReadOnlySpan<byte> bytes)
    {
        try
        {
            return Token.Parser.ParseFrom(bytes);
        }
        catch (InvalidProtocolBufferException failure)
        {
            throw Refused("extracting token: not a token message", failure);
        }
    }

    /// <summary>The checks in the order in which published nodes do them, so that a token with several faults gets their text.</summary>
    private VerifiedToken CheckSignatures(Token token)
    {
        if (token.IdentityKey?.Signature is null)
            throw Refused("extracting token: missing identity key");
        EthereumAddress wallet = RecoverWallet(token.IdentityKey);
        if (token.AuthDataBytes.IsEmpty)
            throw Refused("missing auth data");
        if (token.AuthDataSignature is null)
            throw Refused("missing auth data signature");
        CheckAuthDataSignature(token);

        AuthData authData = ReadAuthData(token.AuthDataBytes);
        if (!string.Equals(authData.WalletAddr, wallet.ToString(), StringComparison.Ordinal))
            throw Refused("wallet address mismatch");
        return new VerifiedToken(wallet, authData.CreatedNs);
    }

    private EthereumAddress RecoverWallet(Proto.PublicKey identityKey)
    {
        EcdsaSignature signature = ReadWalletSignature(identityKey.Signature);
        Proto.PublicKey unsigned = new() { Timestamp = identityKey.Timestamp };
        if (identityKey.Secp256K1Uncompressed is { } key)
            unsigned.Secp256K1Uncompressed = new() { Bytes = key.Bytes };
        try
        {
            return KeyChecks.RecoverWallet(unsigned.ToByteArray(), signature, _provider);
        }
        catch (XmtpException failure)
        {
            throw Refused("validating token: " + failure.Message, failure);
        }
    }

    private void CheckAuthDataSignature(Token token)
    {
        if (token.IdentityKey.Secp256K1Uncompressed is not { } key)
            throw Refused("unknown public key type");
        if (key.Bytes.Length != CryptoProvider.PublicKeyLength || !_provider.IsValidPublicKey(key.Bytes.Span))
            throw Refused("invalid public key");
        if (token.AuthDataSignature.EcdsaCompact is not { } signature)
            throw Refused("unknown signature type");
        Span<byte> digest = stackalloc byte[Keccak256.Length];
        Keccak256.Hash(token.AuthDataBytes.Span, digest);
        if (signature.Bytes.Length != CryptoProvider.SignatureLength || !_provider.Verify(key.Bytes.Span, digest, signature.Bytes.Span))
            throw Refused("invalid signature");
    }

    private static EcdsaSignature ReadWalletSignature(Proto.Signature signature)
    {
        (ByteString? bytes, uint recovery) = signature.UnionCase switch
        {
            Proto.Signature.UnionOneofCase.EcdsaCompact => (signature.EcdsaCompact.Bytes, signature.EcdsaCompact.Recovery),
            Proto.Signature.UnionOneofCase.WalletEcdsaCompact => (signature.WalletEcdsaCompact.Bytes, signature.WalletEcdsaCompact.Recovery),
            _ => (null, 0u),
        };
        if (bytes is null)
            throw Refused("validating token: unknown signature type");
        if (bytes.Length != CryptoProvider.SignatureLength)
            throw Refused("validating token: invalid signature length");
        if (recovery > 1)
            throw Refused("validating token: invalid signature recovery id");
        return new EcdsaSignature(bytes.Span, (int)recovery);
    }

    private static AuthData ReadAuthData(ByteString bytes)
    {
        try
        {
            return AuthData.Parser.ParseFrom(bytes);
        }
        catch (InvalidProtocolBufferException failure)
        {
            throw Refused("auth data does not parse", failure);
        }
    }

    private void CheckAge(ulong createdNs) => CheckAge(createdNs, PublishToken.UnixNanoseconds(_timeProvider.GetUtcNow()));

    private static void CheckAge(ulong createdNs, Int128 nowNs)
    {
        Int128 age = nowNs - createdNs;
        if (age > Nanoseconds(Limits.TokenAgeMax))
            throw Refused("token expired");
        if (age < -Nanoseconds(Limits.TokenLeadMax))
            throw Refused("token from the future");
    }

    private static Int128 Nanoseconds(TimeSpan span) => (Int128)span.Ticks * TimeSpan.NanosecondsPerTick;

    private static XmtpException Refused(string text, Exception? cause = null) => new(ErrorCatalogue.Unauthenticated, text, cause);
}
