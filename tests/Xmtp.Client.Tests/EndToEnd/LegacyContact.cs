using Google.Protobuf;
using Xmtp.Client.Transport;
using Xmtp.Cryptography;
using Xmtp.Identity;
using Xmtp.Protocol.MessageApi.V1;
using Xmtp.Protocol.Topics;
using Xmtp.TestNetwork;

namespace Xmtp.Client.Tests.EndToEnd;

/// <summary>Publishes what a client from before V2 would.</summary>
internal static class LegacyContact
{
    public static async Task PublishAsync(TestNode node, XmtpClient client, CancellationToken cancellationToken)
    {
        using var keys = PrivateKeyBundle.Import(client.ExportKeys(), CryptoProvider.Default);
        var now = TimeProvider.System.GetUtcNow();
        var contact = new Envelope
        {
            ContentTopic = Topic.Contact(client.Address.ToString()).Value,
            TimestampNs = UnixTime.ToNanoseconds(now),
            Message = ByteString.CopyFrom(ContactBundle.EncodeV1(keys.PublicBundleV1)),
        };
        await using var transport = new GrpcTransport(node.GrpcAddress);
        await transport.PublishAsync(new PublishRequest { Envelopes = { contact } }, PublishToken.CreateHeader(keys, now), cancellationToken: cancellationToken);
    }
}
