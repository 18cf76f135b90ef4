// Two throw-away accounts write to each other through a node; compiled ahead of time, so it starts in milliseconds.
using System.Diagnostics;
using System.Reflection;
using Xmtp.Client;
using Xmtp.Cryptography;
using Xmtp.Identity;

if (args is ["--version"])
{
    Console.WriteLine(typeof(XmtpClient).Assembly.GetCustomAttribute<AssemblyInformationalVersionAttribute>()?.InformationalVersion);
    return 0;
}

if (args is not [var address] || !Uri.TryCreate(address, UriKind.Absolute, out var node))
{
    Console.Error.WriteLine("usage: xmtp-aot http://HOST:PORT    the gRPC port of a node\n       xmtp-aot --version");
    return 2;
}

var options = new XmtpClientOptions { Nodes = [node] };
using var amalsWallet = PrivateKeyWallet.Generate();
using var bolasWallet = PrivateKeyWallet.Generate();
await using var amal = await XmtpClient.CreateAsync(amalsWallet, options);
await using var bola = await XmtpClient.CreateAsync(bolasWallet, options);

await using var arriving = await bola.Conversations.StreamAllMessagesAsync();
var conversation = await amal.Conversations.NewConversationAsync(bola.Address);
await conversation.SendAsync("gm");
await foreach (var message in arriving)
{
    Console.WriteLine($"{message.Sender} wrote: {message.Content}");
    await message.Conversation.SendAsync("gm to you");
    break;
}

await foreach (var message in conversation.ListMessagesAsync())
    Console.WriteLine($"{(message.IsFromSelf ? "sent" : "read")}: {message.Content}");
var sinceStart = TimeProvider.System.GetUtcNow() - Process.GetCurrentProcess().StartTime.ToUniversalTime();
Console.WriteLine($"cryptography: {CryptoProvider.Default}");
Console.WriteLine($"first messages: {sinceStart.TotalMilliseconds:0} ms after the start");
return 0;
