// Two throw-away accounts write to each other through a node; compiled ahead of time, so it starts in milliseconds.
using System.Diagnostics;
using System.Reflection;
using Xmtp.Client;
using Xmtp.Client.Storage;
using Xmtp.Cryptography;
using Xmtp.Identity;

if (args is ["--version"])
{
    Console.WriteLine(typeof(XmtpClient).Assembly.GetCustomAttribute<AssemblyInformationalVersionAttribute>()?.InformationalVersion);
    return 0;
}

if (args is not [var address, .. { Length: <= 1 } path] || !Uri.TryCreate(address, UriKind.Absolute, out var node))
{
    Console.Error.WriteLine("usage: xmtp-aot http://HOST:PORT [FILE]    the gRPC port of a node, and where to keep an inbox\n       xmtp-aot --version");
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

if (path is [var file])
{
    // What one run of a program stored, the next one reads at once; here two clients in a row stand for two runs.
    using var key = StoreKey.Generate();
    for (var run = 1; run <= 2; run++)
    {
        await using var store = await SqliteClientStore.OpenAsync(file);
        await using var device = await XmtpClient.CreateAsync(amalsWallet, options with { Store = store, StoreKey = key });
        if (run == 1) await device.Inbox.SyncAsync();
        foreach (var item in device.Inbox.List())
            Console.WriteLine($"run {run}: {item.Messages} messages with {item.Conversation.Peer} in the store");
    }
}

return 0;
