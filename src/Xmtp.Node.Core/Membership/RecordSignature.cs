using Google.Protobuf;
using Xmtp.Node.Core.Keys;
using Xmtp.Protocol.Network.V1;

namespace Xmtp.Node.Core.Membership;

/// <summary>Signs and checks records. What is signed begins with a text of its own, so that no other signature of the key is one.</summary>
internal static class RecordSignature
{
    private static ReadOnlySpan<byte> Domain => "xmtp.node.network/record/1"u8;

    /// <summary>Signs a record.</summary>
    /// <exception cref="ArgumentException">No node would take the record; the text says why.</exception>
    public static KnownRecord Sign(NodeKey key, NodeRecord record)
    {
        if (RecordShape.Problem(record) is { } problem) throw new ArgumentException($"This node's record cannot be made: {problem}.", nameof(record));
        var bytes = record.ToByteString();
        Span<byte> signature = stackalloc byte[NodePublicKey.SignatureLength];
        key.Sign(Signed(bytes.Span), signature);
        var signed = new SignedRecord { Record = bytes, Signature = ByteString.CopyFrom(signature) };
        if (signed.CalculateSize() > MeshLimits.RecordLengthMaxBytes)
            throw new ArgumentException($"This node's record has {signed.CalculateSize()} bytes, more than {MeshLimits.RecordLengthMaxBytes}; its addresses are too long.", nameof(record));
        return new KnownRecord(signed, record, key.Public);
    }

    /// <summary>The key that signed a record; null when the one it names did not.</summary>
    public static NodePublicKey? SignerOf(SignedRecord signed, NodeRecord record, NodePublicKey? known)
    {
        var key = known;
        if (key is null && !NodePublicKey.TryCreate(record.PublicKey.Span, out key)) return null;
        return key.Verify(Signed(signed.Record.Span), signed.Signature.Span) ? key : null;
    }

    private static byte[] Signed(ReadOnlySpan<byte> record) => [.. Domain, .. record];
}
