using System.Diagnostics.CodeAnalysis;
using Xmtp.Node.Core.Keys;
using Xmtp.Protocol.Network.V1;

namespace Xmtp.Node.Core.Membership;

/// <summary>Judges records for those who are no node themselves: commands and tests.</summary>
public static class RecordCheck
{
    /// <summary>Reads a record from outside, without its signature. What passes is bounded, and its texts are printable.</summary>
    /// <param name="source">The record as it came.</param>
    /// <param name="record">What it says.</param>
    /// <param name="key">Whose it says it is.</param>
    /// <param name="problem">What is wrong with it; null when nothing is.</param>
    public static bool TryRead(
        SignedRecord? source, [NotNullWhen(true)] out NodeRecord? record, [NotNullWhen(true)] out NodePublicKey? key, [NotNullWhen(false)] out string? problem)
    {
        key = null;
        if (!RecordShape.TryRead(source, out record, out _, out var found))
        {
            problem = found;
            return false;
        }

        problem = "the public key is no point on the curve";
        if (!NodePublicKey.TryCreate(record.PublicKey.Span, out key)) return false;
        problem = null;
        return true;
    }

    /// <summary>Whether the node itself signed a record.</summary>
    /// <param name="source">The record as it came.</param>
    /// <param name="record">What it says.</param>
    /// <param name="key">Whose it says it is.</param>
    public static bool IsSigned(SignedRecord source, NodeRecord record, NodePublicKey key)
    {
        ArgumentNullException.ThrowIfNull(source);
        ArgumentNullException.ThrowIfNull(key);
        return RecordSignature.SignerOf(source, record, key) is not null;
    }
}
