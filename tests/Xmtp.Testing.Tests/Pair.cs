using Xmtp.Client;
using Xmtp.Client.Conversations;

namespace Xmtp.Testing.Tests;

/// <summary>Two accounts with a conversation.</summary>
internal sealed record Pair(XmtpClient Amal, XmtpClient Bola, Conversation ToBola)
{
    public static async Task<Pair> CreateAsync(TestNetwork network)
    {
        var (amal, bola) = (await network.CreateClientAsync(StreamReading.Token), await network.CreateClientAsync(StreamReading.Token));
        return new Pair(amal, bola, await amal.Conversations.NewConversationAsync(bola.Address, cancellationToken: StreamReading.Token));
    }
}
