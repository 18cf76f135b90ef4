using System.Runtime.InteropServices;
using System.Security.Cryptography;
using Xmtp.Client.Consent;
using Xmtp.Client.Messages;
using Xmtp.Cryptography;
using Xmtp.Protocol.Topics;

namespace Xmtp.Client.Invitations;

/// <summary>An invitation that passed every check: it opens one V2 conversation. Disposing clears the key.</summary>
/// <param name="Topic">Where the conversation happens. The id in it is opaque: releases differ in how they make it.</param>
/// <param name="KeyMaterial">Secret, <see cref="ConversationKeys.KeyMaterialLength"/> bytes.</param>
/// <param name="PeerAddress">The other party, recovered from their wallet's signature.</param>
/// <param name="Role">Which side this account is on.</param>
/// <param name="CreatedNs">When it was made, nanoseconds since 1970.</param>
/// <param name="ConversationId">The application's name for the conversation; null when none or empty, which mean the same.</param>
/// <param name="Metadata">Free texts of the application. Other than the id they play no part in telling conversations apart.</param>
/// <param name="ConsentProof">The invitee's own signed wish to hear from the inviter, if the inviter had one. Not yet verified.</param>
public sealed record Invitation(
    Topic Topic,
    ReadOnlyMemory<byte> KeyMaterial,
    EthereumAddress PeerAddress,
    InvitationRole Role,
    ulong CreatedNs,
    string? ConversationId,
    IReadOnlyDictionary<string, string> Metadata,
    ConsentProof? ConsentProof) : IDisposable
{
    /// <inheritdoc/>
    public void Dispose() => CryptographicOperations.ZeroMemory(MemoryMarshal.AsMemory(KeyMaterial).Span);

    /// <summary>Without key and texts.</summary>
    public override string ToString() => $"Invitation {{ {Topic}, {Role}, peer {PeerAddress} }}";
}
