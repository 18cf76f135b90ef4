using System.Text.Json;
using PushServer.Storage;

namespace PushServer.Delivering;

/// <summary>The bytes that a receiver gets: the id of the delivery, the topic, and the message as the network has it, encrypted.</summary>
internal static class Notification
{
    /// <summary>What fits into one record of RFC 8291 that every push service takes: 4,096 bytes with header, delimiter and tag.</summary>
    private const int WebPushLengthMax = 4096 - 86 - 1 - 16;

    public static byte[] ForWebhook(Delivery delivery) => Write(delivery, delivery.Message);

    /// <summary>A message that is too long is left out: the receiver fetches the topic.</summary>
    public static byte[] ForWebPush(Delivery delivery) =>
        ForWebhook(delivery) is { Length: <= WebPushLengthMax } whole ? whole : Write(delivery, message: null);

    private static byte[] Write(Delivery delivery, byte[]? message) => JsonSerializer.SerializeToUtf8Bytes(new { id = delivery.Id, topic = delivery.Topic, message });
}
