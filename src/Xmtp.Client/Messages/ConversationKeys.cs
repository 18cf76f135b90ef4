using System.Security.Cryptography;
using Xmtp.Client.Push;
using Xmtp.Cryptography;
using Xmtp.Protocol.Topics;

namespace Xmtp.Client.Messages;

/// <summary>
/// What opens the messages of one V2 conversation: its topic, its key and its two participants. Remembers the bundles
/// it has verified, so that each further message costs one signature check. Disposing clears the key. Safe for concurrent use.
/// </summary>
public sealed class ConversationKeys : IDisposable
{
    /// <summary>Length of the key material in bytes.</summary>
    public const int KeyMaterialLength = SecretKey.Length;

    // Two participants; a few more for rotated pre-keys.
    private const int SendersMax = 4;

    private readonly SecretKey _keyMaterial;
    private volatile VerifiedSender[] _senders = [];

    /// <summary>Copies the key.</summary>
    /// <param name="topic">The stored topic, not the ephemeral one.</param>
    /// <param name="keyMaterial"><see cref="KeyMaterialLength"/> bytes from the invitation.</param>
    /// <param name="self">This account.</param>
    /// <param name="peer">The other participant.</param>
    /// <exception cref="ArgumentException">The key has another length.</exception>
    public ConversationKeys(Topic topic, ReadOnlySpan<byte> keyMaterial, EthereumAddress self, EthereumAddress peer)
    {
        if (keyMaterial.Length != KeyMaterialLength) throw new ArgumentException($"Key material has {KeyMaterialLength} bytes.", nameof(keyMaterial));
        _keyMaterial = new SecretKey(typeof(ConversationKeys), keyMaterial);
        (Topic, Self, Peer) = (topic, self, peer);
    }

    /// <summary>The stored topic.</summary>
    public Topic Topic { get; }

    /// <summary>This account.</summary>
    public EthereumAddress Self { get; }

    /// <summary>The other participant.</summary>
    public EthereumAddress Peer { get; }

    /// <summary>Copies the secret that encrypts messages.</summary>
    /// <param name="destination">Receives <see cref="KeyMaterialLength"/> bytes; the caller clears them.</param>
    /// <exception cref="ObjectDisposedException">The key was cleared.</exception>
    public void CopyKeyMaterial(Span<byte> destination) => _keyMaterial.CopyTo(destination);

    /// <summary>Whether another invitation holds the same key.</summary>
    /// <exception cref="ObjectDisposedException">The key was cleared.</exception>
    public bool HasKeyMaterial(ReadOnlySpan<byte> keyMaterial)
    {
        Span<byte> own = stackalloc byte[KeyMaterialLength];
        _keyMaterial.CopyTo(own);
        var isSame = CryptographicOperations.FixedTimeEquals(own, keyMaterial);
        CryptographicOperations.ZeroMemory(own);
        return isSame;
    }

    /// <summary>What a push server needs to skip this account's own messages: see <see cref="PushHmac.Keys"/>.</summary>
    /// <param name="now">The clock.</param>
    /// <exception cref="ObjectDisposedException">The key was cleared.</exception>
    public IReadOnlyList<PushHmacKey> PushKeys(DateTimeOffset now)
    {
        Span<byte> keyMaterial = stackalloc byte[KeyMaterialLength];
        _keyMaterial.CopyTo(keyMaterial);
        var keys = PushHmac.Keys(keyMaterial, Self, now);
        CryptographicOperations.ZeroMemory(keyMaterial);
        return keys;
    }

    /// <inheritdoc/>
    public void Dispose() => _keyMaterial.Dispose();

    /// <summary>Without the key.</summary>
    public override string ToString() => $"{Topic} ({Self}, {Peer})";

    internal bool IsParticipant(EthereumAddress address) => address == Self || address == Peer;

    internal VerifiedSender? Recall(ReadOnlySpan<byte> bundleBytes)
    {
        foreach (var sender in _senders)
            if (bundleBytes.SequenceEqual(sender.BundleBytes)) return sender;
        return null;
    }

    internal void Remember(VerifiedSender sender)
    {
        // Two threads may overwrite each other's addition; the loser is verified once more, that is all.
        var kept = _senders;
        _senders = [sender, .. kept.Length < SendersMax ? kept : kept[..(SendersMax - 1)]];
    }

    /// <summary>A participant's bundle that passed its checks.</summary>
    internal sealed record VerifiedSender(byte[] BundleBytes, Secp256k1PublicKey PreKey, EthereumAddress Address);
}
