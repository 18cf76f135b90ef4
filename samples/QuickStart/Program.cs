using Xmtp.Client;
using Xmtp.Identity;

var options = new XmtpClientOptions { Nodes = [new Uri(args is ["--node", var node] ? node : "http://localhost:5556")] };
using PrivateKeyWallet amalsWallet = PrivateKeyWallet.Generate(), bolasWallet = PrivateKeyWallet.Generate();
await using XmtpClient amal = await XmtpClient.CreateAsync(amalsWallet, options), bola = await XmtpClient.CreateAsync(bolasWallet, options);
var conversation = await amal.Conversations.NewConversationAsync(bola.Address);
await conversation.SendAsync("gm");
var received = (await bola.Conversations.ListAsync()).Single();
await foreach (var message in received.ListMessagesAsync())
    Console.WriteLine($"{message.Sender}: {message.Content}");
