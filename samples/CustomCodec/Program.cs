using CustomCodec;
using Xmtp.Client;
using Xmtp.ContentTypes;
using Xmtp.Identity;

var node = new Uri(args is ["--node", var address] ? address : "http://localhost:5556");
var knowing = new XmtpClientOptions { Nodes = [node], Codecs = CodecRegistry.Default.With(new MoveCodec()) };
var plain = new XmtpClientOptions { Nodes = [node] };
using PrivateKeyWallet white = PrivateKeyWallet.Generate(), black = PrivateKeyWallet.Generate(), viewer = PrivateKeyWallet.Generate();
await using var player = await XmtpClient.CreateAsync(white, knowing);
await using var opponent = await XmtpClient.CreateAsync(black, knowing);
await using var stranger = await XmtpClient.CreateAsync(viewer, plain);

foreach (var peer in new[] { opponent, stranger })
{
    var conversation = await player.Conversations.NewConversationAsync(peer.Address);
    await conversation.SendAsync(new Move("e2", "e4"));
    await foreach (var message in (await peer.Conversations.ListAsync()).Single().ListMessagesAsync())
    {
        // Who does not know the type gets the text that its sender wrote for them.
        Console.WriteLine(message.TryGet<Move>(out var move) ? $"move: from {move.From} to {move.To}" : $"{message.ContentType}: {message.Fallback}");
    }
}
