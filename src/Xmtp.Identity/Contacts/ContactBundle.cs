using System.Diagnostics.CodeAnalysis;
using Google.Protobuf;
using Xmtp.Cryptography;
using Xmtp.Protocol;
using Xmtp.Protocol.Errors;
using Proto = Xmtp.Protocol.MessageContents;

namespace Xmtp.Identity;

/// <summary>The messages of contact topics.</summary>
public static class ContactBundle
{
    /// <summary>Makes the V1 contact message.</summary>
    public static byte[] EncodeV1(PublicKeyBundleV1 bundle)
    {
        ArgumentNullException.ThrowIfNull(bundle);
        return new Proto.ContactBundle { V1 = new() { KeyBundle = bundle.ToProto() } }.ToByteArray();
    }

    /// <summary>
    /// Makes the V2 contact message. Publish it after the V1 one and with a later time: the newest contact tells peers which
    /// conversations an account understands.
    /// </summary>
    public static byte[] EncodeV2(SignedPublicKeyBundle bundle)
    {
        ArgumentNullException.ThrowIfNull(bundle);
        return new Proto.ContactBundle { V2 = new() { KeyBundle = bundle.ToProto() } }.ToByteArray();
    }

    /// <summary>
    /// Reads a contact message of any age: V1, V2, the bare bundle from before 7.0, and V1 with its signature in the wallet arm.
    /// </summary>
    /// <param name="message">The message of an envelope of a contact topic.</param>
    /// <param name="provider">Checks the keys.</param>
    /// <param name="contact">The contact, its wallet recovered and its pre-key signature checked.</param>
    /// <returns>False when the message is none of these, or its keys do not hold together: skip it and take the next older one.</returns>
    public static bool TryDecode(ReadOnlySpan<byte> message, CryptoProvider provider, [NotNullWhen(true)] out Contact? contact)
    {
        ArgumentNullException.ThrowIfNull(provider);
        contact = null;
        if (message.IsEmpty || message.Length > Limits.MessageLengthMaxBytes)
            return false;
        try
        {
            contact = Decode(message, provider);
            return contact is not null;
        }
        catch (InvalidProtocolBufferException)
        {
            return false;
        }
        catch (XmtpException)
        {
            return false;
        }
    }

    private static Contact? Decode(ReadOnlySpan<byte> message, CryptoProvider provider)
    {
        Proto.ContactBundle parsed = Proto.ContactBundle.Parser.ParseFrom(message);
        bool isV1 = parsed.V2?.KeyBundle is null;
        SignedPublicKeyBundle bundle;
        PublicKeyBundleV1? v1Bundle;
        if (isV1)
        {
            // A bare bundle read as a contact has a version without key bundle: by content, since it gives no error.
            v1Bundle = PublicKeyBundleV1.FromProto(
                parsed.V1?.KeyBundle ?? Proto.PublicKeyBundle.Parser.ParseFrom(message), provider);
            bundle = SignedPublicKeyBundle.FromV1(v1Bundle);
        }
        else
        {
            bundle = SignedPublicKeyBundle.FromProto(parsed.V2!.KeyBundle, provider);
            bundle.TryToV1(out v1Bundle);
        }

        return bundle.IsPreKeySignedByIdentity ? new Contact(bundle.WalletAddress, bundle, v1Bundle, isV1) : null;
    }
}
