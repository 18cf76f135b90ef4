using System.Globalization;
using Google.Protobuf;
using Xmtp.Client.Messages;
using Xmtp.Cryptography;
using Xmtp.Identity;
using Xmtp.Protocol.Errors;
using Proto = Xmtp.Protocol.MessageContents;

namespace Xmtp.Client.Consent;

/// <summary>
/// A signed statement of an account that it wants to hear from a certain sender (XIP-43). The sender puts it into the
/// invitation, and the invited account's client, which trusts only its own wallet's signature, then allows the sender.
/// </summary>
/// <param name="Signature">0x and 130 hex digits: the wallet's 65 bytes.</param>
/// <param name="TimestampMs">When it was signed, milliseconds since 1970. The signed text holds whole seconds.</param>
/// <param name="Version">Version of the payload; 1 is the only one.</param>
public sealed record ConsentProof(string Signature, ulong TimestampMs, int Version = ConsentProof.CurrentVersion)
{
    /// <summary>The only version there is.</summary>
    public const int CurrentVersion = 1;

    private const ulong TimestampMsMax = 253_402_300_799_999;

    /// <summary>How long a proof counts: 30 days.</summary>
    public static TimeSpan AgeMax { get; } = TimeSpan.FromDays(30);

    /// <summary>What the wallet shows and signs.</summary>
    /// <param name="sender">Who asks to be heard.</param>
    /// <param name="timestampMs">Milliseconds since 1970, at most year 9999.</param>
    /// <exception cref="ArgumentOutOfRangeException">The time is later.</exception>
    public static string Text(EthereumAddress sender, ulong timestampMs)
    {
        ArgumentOutOfRangeException.ThrowIfGreaterThan(timestampMs, TimestampMsMax);
        // XIP-43 asks for ISO 8601; every implementation writes the HTTP form of the date.
        var date = DateTimeOffset.FromUnixTimeMilliseconds((long)timestampMs).ToString("r", CultureInfo.InvariantCulture);
        return $"XMTP : Grant inbox consent to sender\n\nCurrent Time: {date}\nFrom Address: {sender}\n\nFor more info: https://xmtp.org/signatures/";
    }

    /// <summary>Lets the invited account's wallet sign a proof for a sender.</summary>
    /// <param name="wallet">The wallet of the account that wants to be written to.</param>
    /// <param name="sender">Who may write.</param>
    /// <param name="clock">The clock.</param>
    /// <param name="cancellationToken">Ends the wait for the wallet.</param>
    /// <exception cref="XmtpException"><see cref="ErrorCatalogue.WalletFailed"/>: the wallet failed or signed something else.</exception>
    public static async Task<ConsentProof> SignAsync(
        IWallet wallet, EthereumAddress sender, TimeProvider clock, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(wallet);
        ArgumentNullException.ThrowIfNull(clock);
        var timestampMs = (ulong)Math.Max(0, clock.GetUtcNow().ToUnixTimeMilliseconds());
        var signature = await WalletRequest.SignAsync(wallet, Text(sender, timestampMs), CryptoProvider.Default, cancellationToken).ConfigureAwait(false);
        return new ConsentProof($"0x{Convert.ToHexStringLower(signature)}", timestampMs);
    }

    /// <summary>Checks that <paramref name="receiver"/> signed this for <paramref name="sender"/>, recently.</summary>
    /// <param name="receiver">This account.</param>
    /// <param name="sender">The peer of the conversation.</param>
    /// <param name="now">The clock.</param>
    /// <param name="provider">Cryptography.</param>
    public ConsentProofVerdict Verify(EthereumAddress receiver, EthereumAddress sender, DateTimeOffset now, CryptoProvider provider)
    {
        ArgumentNullException.ThrowIfNull(provider);
        var nowMs = (ulong)Math.Max(0, now.ToUnixTimeMilliseconds());
        if (TimestampMs == 0) return ConsentProofVerdict.NoTimestamp;
        if (TimestampMs > nowMs) return ConsentProofVerdict.InFuture;
        return nowMs - TimestampMs > (ulong)AgeMax.TotalMilliseconds ? ConsentProofVerdict.Expired : CheckSigner(receiver, sender, provider);
    }

    /// <summary>Reads a serialised <c>ConsentProofPayload</c>, the form in which web pages hand proofs over.</summary>
    /// <exception cref="XmtpException"><see cref="ErrorCatalogue.MalformedData"/>: it is none.</exception>
    public static ConsentProof Decode(ReadOnlySpan<byte> payload) => WireReader.TryParse(Proto.ConsentProofPayload.Parser, payload, out var proto)
        ? FromProto(proto)
        : throw new XmtpException(ErrorCatalogue.MalformedData, "The bytes are no consent proof.");

    /// <summary>Serialises it as a <c>ConsentProofPayload</c>.</summary>
    public byte[] Encode() => ToProto().ToByteArray();

    internal static ConsentProof FromProto(Proto.ConsentProofPayload proto) => new(proto.Signature, proto.Timestamp, (int)proto.PayloadVersion);

    internal Proto.ConsentProofPayload ToProto() =>
        new() { Signature = Signature, Timestamp = TimestampMs, PayloadVersion = (Proto.ConsentProofPayloadVersion)Version };

    private ConsentProofVerdict CheckSigner(EthereumAddress receiver, EthereumAddress sender, CryptoProvider provider)
    {
        Span<byte> bytes = stackalloc byte[CryptoProvider.SignatureLength + 1];
        if (!Signature.StartsWith("0x", StringComparison.OrdinalIgnoreCase) || Signature.Length != 2 + (2 * bytes.Length) ||
            Convert.FromHexString(Signature.AsSpan(2), bytes, out _, out _) != System.Buffers.OperationStatus.Done ||
            bytes[^1] is not (0 or 1 or 27 or 28)) return ConsentProofVerdict.SignatureMalformed;
        return Secp256k1PublicKey.TryRecover(PersonalMessage.Digest(Text(sender, TimestampMs)), EcdsaSignature.FromWallet(bytes), provider, out var signer) &&
            signer.Address == receiver ? ConsentProofVerdict.Valid : ConsentProofVerdict.WrongSigner;
    }
}
