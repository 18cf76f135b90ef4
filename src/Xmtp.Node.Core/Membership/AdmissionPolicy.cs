using Xmtp.Node.Core.Keys;
using Xmtp.Node.Core.Network;
using Xmtp.Protocol.Network.V1;

namespace Xmtp.Node.Core.Membership;

/// <summary>Whom this node lets in. Anyone, unless the operator says otherwise; a quota keeps strangers small.</summary>
internal sealed class AdmissionPolicy(NetworkOptions options)
{
    /// <summary>Whether a node is refused whatever it shows.</summary>
    public bool IsDenied(NodeId node) => options.Denied.Contains(node) || options.Allowed?.Contains(node) == false;

    /// <summary>Whether a node has a quota that grows with its age, and counts for its address block.</summary>
    public bool HasQuota(NodeId node) => options.Quotas && options.Allowed is null && !options.Trusted.Contains(node);

    /// <summary>Why a record is not let in; null when it is.</summary>
    public string? Refusal(NodeId node, NodeRecord record)
    {
        if (options.Denied.Contains(node)) return "the node is on the deny list";
        if (options.Allowed is { } allowed) return allowed.Contains(node) ? null : "the node is not on the allow list";
        if (options.Trusted.Contains(node)) return null;
        return AdmissionProof.Holds(record.PublicKey.Span, record.AdmissionProof.Span, options.AdmissionBits)
            ? null
            : $"the record has no admission proof of {options.AdmissionBits} bits";
    }
}
