using System.Security.Cryptography;
using Google.Protobuf;
using Xmtp.Client.Invitations;
using Xmtp.Client.Messages;
using Xmtp.ContentTypes;
using Xmtp.Cryptography;
using Xmtp.Identity;
using Xmtp.Protocol.Topics;

namespace Xmtp.Benchmarks.Crypto;

/// <summary>What both sides compute on: Bola's account, an invitation that Amal sent her, and a message of that conversation.</summary>
internal sealed record CryptoInputs
{
    private const int PayloadBytes = 1024;
    private const string Gm = "gm, and a little more, so that the message has the length of one that people write to each other";

    public required byte[] Keys { get; init; }

    public required byte[] PeerKey { get; init; }

    public required string PeerAddress { get; init; }

    public byte[] Digest { get; } = RandomNumberGenerator.GetBytes(CryptoProvider.DigestLength);

    public byte[] Secret { get; } = RandomNumberGenerator.GetBytes(CryptoProvider.AesKeyLength);

    public byte[] Header { get; } = RandomNumberGenerator.GetBytes(100);

    public byte[] Payload { get; } = RandomNumberGenerator.GetBytes(PayloadBytes);

    public required byte[] Invitation { get; init; }

    public required ulong InvitationNs { get; init; }

    public required Topic Topic { get; init; }

    public required byte[] KeyMaterial { get; init; }

    public required byte[] Message { get; init; }

    public byte[] Encoded { get; } = CodecRegistry.Default.Encode(Gm).ToByteArray();

    public string Text { get; } = Gm;

    public static async Task<CryptoInputs> CreateAsync(CancellationToken cancellationToken)
    {
        var provider = CryptoProvider.Default;
        var now = TimeProvider.System.GetUtcNow();
        var nowNs = (ulong)now.ToUnixTimeMilliseconds() * 1_000_000;
        using PrivateKeyWallet amalsWallet = PrivateKeyWallet.Generate(), bolasWallet = PrivateKeyWallet.Generate();
        using var amal = await PrivateKeyBundle.CreateAsync(amalsWallet, TimeProvider.System, provider, null, cancellationToken);
        using var bola = await PrivateKeyBundle.CreateAsync(bolasWallet, TimeProvider.System, provider, null, cancellationToken);
        var created = SealedInvitation.Create(amal, bola.PublicBundle, null, null, null, nowNs, provider);
        var encoded = CodecRegistry.Default.Encode(Gm).ToByteArray();
        return new CryptoInputs
        {
            Keys = bola.Export(),
            PeerKey = amal.PublicBundle.PreKey.Span.ToArray(),
            PeerAddress = amal.WalletAddress.ToString(),
            Invitation = created.Bytes,
            InvitationNs = nowNs,
            Topic = created.Topic,
            KeyMaterial = created.KeyMaterial,
            Message = SealedMessageV2.Encode(amal, created.Topic, created.KeyMaterial, encoded, nowNs + 1, shouldPush: true, withHmac: true, now, provider),
        };
    }
}
