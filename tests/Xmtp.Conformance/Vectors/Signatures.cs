using Xmtp.Cryptography;
using Proto = Xmtp.Protocol.MessageContents;

namespace Xmtp.Conformance.Vectors;

internal static class Signatures
{
    public const string XmtpArm = "ecdsa_compact";
    public const string WalletArm = "wallet_ecdsa_compact";

    /// <summary>Compares a signature with its vector: arm, bytes, recovery.</summary>
    public static void AssertEqual(Vector expected, Proto.Signature? actual)
    {
        Assert.NotNull(actual);
        if (expected["arm"].Text == XmtpArm)
        {
            Assert.Equal(expected["bytes"].Bytes, actual.EcdsaCompact.Bytes.ToByteArray());
            Assert.Equal(expected["recovery"].Integer, (int)actual.EcdsaCompact.Recovery);
        }
        else
        {
            Assert.Equal(WalletArm, expected["arm"].Text);
            Assert.Equal(expected["bytes"].Bytes, actual.WalletEcdsaCompact.Bytes.ToByteArray());
            Assert.Equal(expected["recovery"].Integer, (int)actual.WalletEcdsaCompact.Recovery);
        }
    }

    /// <summary>Compares a signature that XMTP keys made.</summary>
    public static void AssertEqual(Vector expected, EcdsaSignature actual)
    {
        Assert.Equal(expected["bytes"].Bytes, actual.Bytes.ToArray());
        Assert.Equal(expected["recovery"].Integer, actual.Recovery);
    }
}
