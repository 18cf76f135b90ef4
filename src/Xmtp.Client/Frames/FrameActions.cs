using System.Diagnostics.CodeAnalysis;
using System.Security.Cryptography;
using System.Text;
using Google.Protobuf;
using Xmtp.Client.Messages;
using Xmtp.Cryptography;
using Xmtp.Identity;
using Xmtp.Protocol.Topics;
using Proto = Xmtp.Protocol.MessageContents;

namespace Xmtp.Client.Frames;

/// <summary>Signs clicks for a frame's server, and checks them there.</summary>
public static class FrameActions
{
    /// <summary>The version of this exchange that servers are told, as <c>clientProtocol</c>.</summary>
    public const string ClientProtocol = "xmtp@2024-02-09";

    // A frame's answer is a small form; what is longer is none.
    private const int EncodedLengthMax = 64 * 1024;

    /// <summary>A name of a conversation that its participants agree on and that tells nobody else which one it is.</summary>
    /// <param name="topic">The conversation's topic.</param>
    /// <param name="participants">Everyone in it, in any order.</param>
    /// <returns>Base64 of 32 bytes.</returns>
    public static string ConversationIdentifier(Topic topic, params IEnumerable<EthereumAddress> participants)
    {
        var addresses = participants.Select(static participant => participant.ToString().ToLowerInvariant()).Order(StringComparer.Ordinal);
        return Convert.ToBase64String(SHA256.HashData(Encoding.UTF8.GetBytes(topic.Value.ToLowerInvariant() + string.Concat(addresses))));
    }

    /// <summary>Signs a click with the account's identity key.</summary>
    /// <param name="me">Who clicked.</param>
    /// <param name="click">What.</param>
    /// <param name="now">The clock.</param>
    /// <returns>Base64, for <c>trustedData.messageBytes</c>.</returns>
    public static string Sign(PrivateKeyBundle me, FrameClick click, DateTimeOffset now)
    {
        ArgumentNullException.ThrowIfNull(me);
        ArgumentNullException.ThrowIfNull(click);
        var timestampMs = UnixTime.ToNanoseconds(now) / UnixTime.NanosecondsPerMillisecond;
        var body = new Proto.FrameActionBody
        {
            FrameUrl = click.FrameUrl,
            ButtonIndex = click.ButtonIndex,
            OpaqueConversationIdentifier = click.ConversationIdentifier,
            InputText = click.InputText,
            State = click.State,
            Address = click.Address,
            TransactionId = click.TransactionId,
#pragma warning disable CS0612 // Deprecated, but the only field that holds the whole time.
            Timestamp = timestampMs,
#pragma warning restore CS0612

            // Published clients put milliseconds here too, and the field is too small for them.
            UnixTimestamp = unchecked((uint)timestampMs),
        }.ToByteString();
        var action = new Proto.FrameAction
        {
            Signature = new WireSignature(SignatureArm.EcdsaCompact, me.IdentityKey.Sign(SHA256.HashData(body.Span))).ToProto(),
            SignedPublicKeyBundle = me.PublicBundle.ToProto(),
            ActionBody = body,
        };
        return Convert.ToBase64String(action.ToByteArray());
    }

    /// <summary>Checks a click that a server received.</summary>
    /// <param name="messageBytes">Base64, from <c>trustedData.messageBytes</c>.</param>
    /// <param name="provider">Cryptography.</param>
    /// <param name="click">Who clicked what; the account is proved, everything in it is their own word.</param>
    public static bool TryVerify(string? messageBytes, CryptoProvider provider, [NotNullWhen(true)] out VerifiedFrameClick? click)
    {
        ArgumentNullException.ThrowIfNull(provider);
        click = null;
        if (messageBytes is null or { Length: > EncodedLengthMax }) return false;
        var bytes = new byte[(messageBytes.Length / 4 * 3) + 3];
        if (!Convert.TryFromBase64String(messageBytes, bytes, out var length) ||
            !WireReader.TryParse(Proto.FrameAction.Parser, bytes.AsSpan(0, length), out var action) ||
            !WireReader.TryParse(Proto.FrameActionBody.Parser, action.ActionBody.Span, out var body) ||
            !WireReader.TryReadSignature(action.Signature, out var signature)) return false;
        ReceivedBundle.Read(action.SignedPublicKeyBundle, provider, DropReason.Malformed, out var bundle);
        if (bundle is not { IsPreKeySignedByIdentity: true } ||
            !bundle.IdentityKey.Verify(SHA256.HashData(action.ActionBody.Span), signature) ||
            !ReceivedBundle.TryGetWallet(bundle, out var account)) return false;
        click = new VerifiedFrameClick(account, Read(body), Timestamp(body));
        return true;
    }

    private static FrameClick Read(Proto.FrameActionBody body) => new(body.FrameUrl, body.ButtonIndex, body.OpaqueConversationIdentifier)
    {
        InputText = body.InputText,
        State = body.State,
        Address = body.Address,
        TransactionId = body.TransactionId,
    };

#pragma warning disable CS0612 // As above.
    private static ulong Timestamp(Proto.FrameActionBody body) => body.Timestamp;
#pragma warning restore CS0612
}
