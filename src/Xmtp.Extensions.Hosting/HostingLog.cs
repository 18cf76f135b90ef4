using Microsoft.Extensions.Logging;
using Xmtp.Cryptography;

namespace Xmtp.Extensions.Hosting;

/// <summary>What hosting logs. Event ids 4100 to 4199.</summary>
internal static partial class HostingLog
{
    [LoggerMessage(4100, LogLevel.Information, "The client of {Account} is open")]
    public static partial void Opened(ILogger logger, EthereumAddress account);

    [LoggerMessage(4101, LogLevel.Warning, "The client of the account {Name} cannot be opened yet ({Cause}); trying again in {DelaySeconds} s")]
    public static partial void NotYet(ILogger logger, string name, string cause, double delaySeconds);

    [LoggerMessage(4102, LogLevel.Information, "Made a wallet and wrote its key to {Path}; whoever has that file is the account")]
    public static partial void KeyFileCreated(ILogger logger, string path);
}
