using Google.Protobuf;
using Grpc.Core;
using Grpc.Net.Client;
using Xmtp.Client.Invitations;
using Xmtp.Client.Messages;
using Xmtp.ContentTypes;
using Xmtp.Cryptography;
using Xmtp.Identity;
using Xmtp.Protocol.MessageApi.V1;
using Xmtp.Protocol.Topics;

namespace Xmtp.Benchmarks.Inbox;

/// <summary>An account that many others wrote to, and answered: made in this process and published as it would have come.</summary>
internal static class FilledInbox
{
    private const int EnvelopesPerRequest = 100;
    private const ulong NsPerMs = 1_000_000;

    private static readonly TimeSpan Age = TimeSpan.FromHours(1);

    /// <summary>Fills a node.</summary>
    /// <param name="channel">The node's gRPC port; it knows no rate limits.</param>
    /// <param name="conversations">Invitations, each of another peer.</param>
    /// <param name="messages">Over all conversations, half from each side.</param>
    /// <param name="cancellationToken">Gives up.</param>
    /// <returns>The account's exported keys.</returns>
    public static async Task<byte[]> CreateAsync(GrpcChannel channel, int conversations, int messages, CancellationToken cancellationToken)
    {
        var provider = CryptoProvider.Default;
        using var wallet = PrivateKeyWallet.Generate();
        using var self = await PrivateKeyBundle.CreateAsync(wallet, TimeProvider.System, provider, null, cancellationToken);
        var headers = new Metadata { { "authorization", PublishToken.CreateHeader(self, TimeProvider.System.GetUtcNow()) } };
        var api = new MessageApi.MessageApiClient(channel);
        var now = TimeProvider.System.GetUtcNow();

        // One millisecond apart, and all of it before what a list reads again for clocks that differ.
        var startNs = ((ulong)(now - Age).ToUnixTimeMilliseconds() - (ulong)(conversations + messages)) * NsPerMs;
        await Parallel.ForAsync(0, conversations, cancellationToken, async (index, token) =>
        {
            using var peersWallet = PrivateKeyWallet.Generate();
            using var peer = await PrivateKeyBundle.CreateAsync(peersWallet, TimeProvider.System, provider, null, token);
            var createdNs = startNs + (ulong)index * NsPerMs;
            var invitation = SealedInvitation.Create(peer, self.PublicBundle, null, null, null, createdNs, provider);
            var request = new PublishRequest { Envelopes = { Envelope(Topic.Invite(self.WalletAddress.ToString()), createdNs, invitation.Bytes) } };
            for (var message = index; message < messages; message += conversations)
            {
                var sentNs = startNs + (ulong)(conversations + message) * NsPerMs;
                var content = CodecRegistry.Default.Encode($"message {message} of many, about as long as people write").ToByteArray();
                var sender = (message / conversations) % 2 == 0 ? peer : self;
                var bytes = SealedMessageV2.Encode(
                    sender, invitation.Topic, invitation.KeyMaterial, content, sentNs, shouldPush: true, withHmac: true, now, provider);
                request.Envelopes.Add(Envelope(invitation.Topic, sentNs, bytes));
                if (request.Envelopes.Count < EnvelopesPerRequest) continue;
                await api.PublishAsync(request, headers, cancellationToken: token);
                request.Envelopes.Clear();
            }

            if (request.Envelopes.Count > 0) await api.PublishAsync(request, headers, cancellationToken: token);
        });
        return self.Export();
    }

    private static Envelope Envelope(Topic topic, ulong timestampNs, byte[] message) =>
        new() { ContentTopic = topic.Value, TimestampNs = timestampNs, Message = UnsafeByteOperations.UnsafeWrap(message) };
}
