using Google.Protobuf;
using Xmtp.Cryptography;
using Xmtp.Protocol.Errors;
using Proto = Xmtp.Protocol.MessageContents;

namespace Xmtp.Identity;

/// <summary>A signature as it travels: the bytes, and the arm that says who is meant to have made it.</summary>
/// <param name="Arm">Which member is set.</param>
/// <param name="Value">64 bytes and the recovery id.</param>
public sealed record WireSignature(SignatureArm Arm, EcdsaSignature Value)
{
    /// <summary>Reads the wire form.</summary>
    /// <exception cref="XmtpException">No arm is set, the length is not 64, or the recovery id is not 0 or 1 (MalformedData).</exception>
    public static WireSignature FromProto(Proto.Signature? proto) => proto?.UnionCase switch
    {
        Proto.Signature.UnionOneofCase.EcdsaCompact =>
            Read(SignatureArm.EcdsaCompact, proto.EcdsaCompact.Bytes, proto.EcdsaCompact.Recovery),
        Proto.Signature.UnionOneofCase.WalletEcdsaCompact =>
            Read(SignatureArm.WalletEcdsaCompact, proto.WalletEcdsaCompact.Bytes, proto.WalletEcdsaCompact.Recovery),
        _ => throw new XmtpException(ErrorCatalogue.MalformedData, "signature is missing"),
    };

    /// <summary>Makes the wire form.</summary>
    public Proto.Signature ToProto()
    {
        // A signature never changes, so the message may hold its bytes without a copy.
        ByteString bytes = UnsafeByteOperations.UnsafeWrap(Value.Bytes);
        uint recovery = (uint)Value.Recovery;
        return Arm == SignatureArm.WalletEcdsaCompact
            ? new Proto.Signature { WalletEcdsaCompact = new() { Bytes = bytes, Recovery = recovery } }
            : new Proto.Signature { EcdsaCompact = new() { Bytes = bytes, Recovery = recovery } };
    }

    private static WireSignature Read(SignatureArm arm, ByteString bytes, uint recovery)
    {
        if (bytes.Length != CryptoProvider.SignatureLength)
            throw new XmtpException(ErrorCatalogue.MalformedData, $"signature has {bytes.Length} bytes instead of {CryptoProvider.SignatureLength}");
        if (recovery > 1)
            throw new XmtpException(ErrorCatalogue.MalformedData, $"signature has recovery id {recovery} instead of 0 or 1");
        return new(arm, new EcdsaSignature(bytes.Span, (int)recovery));
    }
}
