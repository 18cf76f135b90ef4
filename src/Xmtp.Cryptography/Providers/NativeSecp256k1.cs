using System.Diagnostics.CodeAnalysis;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Versioning;
using System.Security.Cryptography;

namespace Xmtp.Cryptography;

/// <summary>
/// ECDSA and point arithmetic by libsecp256k1. Callers have checked lengths. Functions are bound by name at run time:
/// the library's file is called differently in nearly every release, and some builds leave out the recovery and ecdh
/// modules, so one missing function means that the library is not used at all.
/// </summary>
[UnsupportedOSPlatform("browser")]
internal sealed unsafe class NativeSecp256k1
{
    // SECP256K1_CONTEXT_SIGN | SECP256K1_CONTEXT_VERIFY: releases from 0.2 on need neither, older ones both.
    private const uint ContextFlags = 0x0301;
    private const uint Uncompressed = 0x0002;

    // Sizes of the library's opaque structures.
    private const int ParsedKeyLength = 64;
    private const int ParsedSignatureLength = 64;
    private const int ParsedRecoverableLength = 65;

    private readonly delegate* unmanaged[Cdecl]<nint, byte*, byte*, nuint, int> _parseKey;
    private readonly delegate* unmanaged[Cdecl]<nint, byte*, nuint*, byte*, uint, int> _writeKey;
    private readonly delegate* unmanaged[Cdecl]<nint, byte*, byte*, int> _createKey;
    private readonly delegate* unmanaged[Cdecl]<nint, byte*, byte*, int> _parseSignature;
    private readonly delegate* unmanaged[Cdecl]<nint, byte*, byte*, byte*, int> _verify;
    private readonly delegate* unmanaged[Cdecl]<nint, byte*, byte*, byte*, nint, nint, int> _sign;
    private readonly delegate* unmanaged[Cdecl]<nint, byte*, byte*, int, int> _parseRecoverable;
    private readonly delegate* unmanaged[Cdecl]<nint, byte*, int*, byte*, int> _writeRecoverable;
    private readonly delegate* unmanaged[Cdecl]<nint, byte*, byte*, byte*, int> _recover;
    private readonly delegate* unmanaged[Cdecl]<nint, byte*, byte*, byte*, delegate* unmanaged[Cdecl]<byte*, byte*, byte*, nint, int>, nint, int> _ecdh;

    // Made and randomised once, afterwards only read, which the library allows any number of threads to do. Never
    // destroyed: it lives as long as the process.
    private readonly nint _context;

    private NativeSecp256k1(nint library)
    {
        _parseKey = (delegate* unmanaged[Cdecl]<nint, byte*, byte*, nuint, int>)Export(library, "secp256k1_ec_pubkey_parse");
        _writeKey = (delegate* unmanaged[Cdecl]<nint, byte*, nuint*, byte*, uint, int>)Export(library, "secp256k1_ec_pubkey_serialize");
        _createKey = (delegate* unmanaged[Cdecl]<nint, byte*, byte*, int>)Export(library, "secp256k1_ec_pubkey_create");
        _parseSignature = (delegate* unmanaged[Cdecl]<nint, byte*, byte*, int>)Export(library, "secp256k1_ecdsa_signature_parse_compact");
        _verify = (delegate* unmanaged[Cdecl]<nint, byte*, byte*, byte*, int>)Export(library, "secp256k1_ecdsa_verify");
        _sign = (delegate* unmanaged[Cdecl]<nint, byte*, byte*, byte*, nint, nint, int>)Export(library, "secp256k1_ecdsa_sign_recoverable");
        _parseRecoverable = (delegate* unmanaged[Cdecl]<nint, byte*, byte*, int, int>)Export(library, "secp256k1_ecdsa_recoverable_signature_parse_compact");
        _writeRecoverable = (delegate* unmanaged[Cdecl]<nint, byte*, int*, byte*, int>)Export(library, "secp256k1_ecdsa_recoverable_signature_serialize_compact");
        _recover = (delegate* unmanaged[Cdecl]<nint, byte*, byte*, byte*, int>)Export(library, "secp256k1_ecdsa_recover");
        _ecdh = (delegate* unmanaged[Cdecl]<nint, byte*, byte*, byte*, delegate* unmanaged[Cdecl]<byte*, byte*, byte*, nint, int>, nint, int>)
            Export(library, "secp256k1_ecdh");
        _context = CreateContext(library);
    }

    /// <summary>Binds a loaded library; false when a function is missing or the library gives wrong answers.</summary>
    public static bool TryBind(nint library, [NotNullWhen(true)] out NativeSecp256k1? bound)
    {
        bound = null;
        try
        {
            var candidate = new NativeSecp256k1(library);
            if (candidate.GivesRightAnswers())
                bound = candidate;
        }
        catch (Exception exception) when (exception is EntryPointNotFoundException or CryptographicException)
        {
            // Another library, or a build without the modules needed: the managed provider does it.
        }

        return bound is not null;
    }

    /// <summary>Whether the bytes are 0x04 and a point on the curve.</summary>
    public bool IsValidPublicKey(ReadOnlySpan<byte> publicKey)
    {
        var parsed = stackalloc byte[ParsedKeyLength];
        return TryParseKey(publicKey, parsed);
    }

    /// <summary>Writes the public key; false when the private key is no valid scalar.</summary>
    public bool TryGetPublicKey(ReadOnlySpan<byte> privateKey, Span<byte> publicKey)
    {
        var parsed = stackalloc byte[ParsedKeyLength];
        fixed (byte* secret = privateKey)
        {
            if (_createKey(_context, parsed, secret) == 0)
                return false;
        }

        WriteKey(parsed, publicKey);
        return true;
    }

    /// <summary>Writes R || S with low S; false when the private key is no valid scalar.</summary>
    public bool TrySign(ReadOnlySpan<byte> privateKey, ReadOnlySpan<byte> digest, Span<byte> signature, out int recovery)
    {
        // RFC 6979 feeds the nonce with the digest mod n. Old releases feed it unreduced; reduced, all of them agree.
        var reduced = stackalloc byte[Scalar.Length];
        Scalar.Reduce(digest, new Span<byte>(reduced, Scalar.Length));
        var recoverable = stackalloc byte[ParsedRecoverableLength];
        var id = 0;
        recovery = 0;
        fixed (byte* secret = privateKey, output = signature)
        {
            // A null nonce function is the default one, RFC 6979.
            if (_sign(_context, recoverable, reduced, secret, 0, 0) == 0)
                return false;
            _writeRecoverable(_context, output, &id, recoverable);
        }

        // Ids 2 and 3 mean that R's x is n or more: one chance in 2^127.
        if (id is not (0 or 1))
            throw new CryptographicException("the signature cannot be expressed with recovery id 0 or 1");
        recovery = id;
        return true;
    }

    /// <summary>Verifies; the library itself refuses high S.</summary>
    public bool Verify(ReadOnlySpan<byte> publicKey, ReadOnlySpan<byte> digest, ReadOnlySpan<byte> signature)
    {
        var parsedKey = stackalloc byte[ParsedKeyLength];
        var parsedSignature = stackalloc byte[ParsedSignatureLength];
        fixed (byte* message = digest, compact = signature)
        {
            return _parseSignature(_context, parsedSignature, compact) != 0
                && TryParseKey(publicKey, parsedKey)
                && _verify(_context, parsedSignature, message, parsedKey) != 0;
        }
    }

    /// <summary>Recovers the signer, for recovery ids 0 and 1.</summary>
    public bool TryRecover(ReadOnlySpan<byte> digest, ReadOnlySpan<byte> signature, int recovery, Span<byte> publicKey)
    {
        var parsedKey = stackalloc byte[ParsedKeyLength];
        var recoverable = stackalloc byte[ParsedRecoverableLength];
        fixed (byte* message = digest, compact = signature)
        {
            if (_parseRecoverable(_context, recoverable, compact, recovery) == 0 || _recover(_context, parsedKey, recoverable, message) == 0)
                return false;
        }

        WriteKey(parsedKey, publicKey);
        return true;
    }

    /// <summary>Writes the whole shared point; false when a key is invalid. Constant in time for every private key.</summary>
    public bool TryShare(ReadOnlySpan<byte> privateKey, ReadOnlySpan<byte> publicKey, Span<byte> point)
    {
        var parsed = stackalloc byte[ParsedKeyLength];
        if (!TryParseKey(publicKey, parsed))
            return false;
        fixed (byte* secret = privateKey, output = point)
            return _ecdh(_context, output, parsed, secret, &WriteWholePoint, 0) != 0;
    }

    private bool TryParseKey(ReadOnlySpan<byte> publicKey, byte* parsed)
    {
        // The library also reads 0x06 and 0x07 ("hybrid"), which XMTP does not know.
        if (publicKey[0] != 0x04)
            return false;
        fixed (byte* input = publicKey)
            return _parseKey(_context, parsed, input, (nuint)publicKey.Length) != 0;
    }

    private void WriteKey(byte* parsed, Span<byte> publicKey)
    {
        var length = (nuint)publicKey.Length;
        fixed (byte* output = publicKey)
            _writeKey(_context, output, &length, parsed, Uncompressed);
    }

    /// <summary>Signs and recovers once, so that a library which merely has the right names is found out.</summary>
    private bool GivesRightAnswers()
    {
        Span<byte> one = stackalloc byte[Scalar.Length];
        one.Clear();
        one[^1] = 1;
        Span<byte> expected = stackalloc byte[CryptoProvider.PublicKeyLength];
        Span<byte> actual = stackalloc byte[CryptoProvider.PublicKeyLength];
        Span<byte> signature = stackalloc byte[CryptoProvider.SignatureLength];
        ManagedCryptoProvider.Instance.GetPublicKey(one, expected);
        return TryGetPublicKey(one, actual) && actual.SequenceEqual(expected)
            && TrySign(one, one, signature, out var recovery) && Verify(expected, one, signature)
            && TryRecover(one, signature, recovery, actual) && actual.SequenceEqual(expected)
            && TryShare(one, expected, actual) && actual.SequenceEqual(expected);
    }

    private static nint CreateContext(nint library)
    {
        var create = (delegate* unmanaged[Cdecl]<uint, nint>)Export(library, "secp256k1_context_create");
        var setIllegalCallback = (delegate* unmanaged[Cdecl]<nint, delegate* unmanaged[Cdecl]<byte*, nint, void>, nint, void>)
            Export(library, "secp256k1_context_set_illegal_callback");
        var randomize = (delegate* unmanaged[Cdecl]<nint, byte*, int>)Export(library, "secp256k1_context_randomize");

        var context = create(ContextFlags);
        if (context == 0)
            throw new CryptographicException("libsecp256k1 made no context");

        // The library's own reaction to a wrong argument is to end the process.
        setIllegalCallback(context, &IgnoreIllegalArgument, 0);

        // Blinds the multiplications by private keys against what an onlooker could measure.
        var seed = stackalloc byte[32];
        var seedSpan = new Span<byte>(seed, 32);
        RandomNumberGenerator.Fill(seedSpan);
        var randomized = randomize(context, seed);
        CryptographicOperations.ZeroMemory(seedSpan);
        return randomized != 0 ? context : throw new CryptographicException("libsecp256k1 did not take the random seed");
    }

    private static nint Export(nint library, string name) => NativeLibrary.GetExport(library, name);

    /// <summary>Takes the place of the hash that secp256k1_ecdh would apply.</summary>
    [UnmanagedCallersOnly(CallConvs = [typeof(CallConvCdecl)])]
    private static int WriteWholePoint(byte* output, byte* x, byte* y, nint data)
    {
        output[0] = 0x04;
        Unsafe.CopyBlockUnaligned(output + 1, x, Scalar.Length);
        Unsafe.CopyBlockUnaligned(output + 1 + Scalar.Length, y, Scalar.Length);
        return 1;
    }

    [UnmanagedCallersOnly(CallConvs = [typeof(CallConvCdecl)])]
    private static void IgnoreIllegalArgument(byte* message, nint data)
    {
    }
}
