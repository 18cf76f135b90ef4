using System.Collections.ObjectModel;
using System.Diagnostics.CodeAnalysis;
using Xmtp.Client.Consent;
using Xmtp.Cryptography;
using Xmtp.Protocol.Topics;
using Proto = Xmtp.Protocol.MessageContents;

namespace Xmtp.Client.Messages;

/// <summary>Names a conversation in what is saved locally. Holds no key.</summary>
/// <param name="Topic">Its stored topic.</param>
/// <param name="PeerAddress">The other participant.</param>
/// <param name="CreatedNs">When it began, nanoseconds since 1970.</param>
public sealed record ConversationReference(Topic Topic, EthereumAddress PeerAddress, ulong CreatedNs)
{
    /// <summary>The application's name for it; null when none.</summary>
    public string? ConversationId { get; init; }

    /// <summary>Free texts of the application.</summary>
    public IReadOnlyDictionary<string, string> Metadata { get; init; } = ReadOnlyDictionary<string, string>.Empty;

    /// <summary>The proof that came with the invitation, if any.</summary>
    public ConsentProof? ConsentProof { get; init; }

    internal static bool TryRead(Proto.ConversationReference? proto, [NotNullWhen(true)] out ConversationReference? reference)
    {
        reference = null;
        if (proto is null || !EthereumAddress.TryParse(proto.PeerAddress, out var peer)) return false;
        reference = Read(proto, peer);
        return true;
    }

    internal static ConversationReference Read(Proto.ConversationReference proto, EthereumAddress peer) => new(new Topic(proto.Topic), peer, proto.CreatedNs)
    {
        ConversationId = ConversationContext.Id(proto.Context),
        Metadata = ConversationContext.Metadata(proto.Context),
        ConsentProof = proto.ConsentProofPayload is { } proof ? ConsentProof.FromProto(proof) : null,
    };

    internal Proto.ConversationReference ToProto() => new()
    {
        Topic = Topic.Value,
        PeerAddress = PeerAddress.ToString(),
        CreatedNs = CreatedNs,
        Context = ConversationContext.ToProto(ConversationId, Metadata),
        ConsentProofPayload = ConsentProof?.ToProto(),
    };
}
