using Xmtp.Node.Core.Access;
using Xmtp.Node.Options;
using Xmtp.Protocol.Errors;

namespace Xmtp.Node.Hosting;

/// <summary>The wallet lists of the options, kept up to date with their files.</summary>
internal sealed class WalletListFiles : IAsyncDisposable
{
    private readonly Dictionary<string, WalletListFile> _files = [];

    public WalletListFiles(NodeOptions options, TimeProvider time, ILoggerFactory loggers)
    {
        var logger = loggers.CreateLogger<WalletListFile>();
        Lists.SetPrivileged(options.PrivilegedWallets);
        if (options.AllowListFile is { } allow) _files.Add("allow-list", Open("allow-list", allow, () => new WalletListFile(allow, Lists.SetAllowed, time, logger)));
        if (options.DenyListFile is { } deny) _files.Add("deny-list", Open("deny-list", deny, () => new WalletListFile(deny, Lists.SetDenied, time, logger)));
    }

    /// <summary>The lists.</summary>
    public WalletLists Lists { get; } = new();

    /// <summary>Reads a list's file now.</summary>
    public void ReadNow(string name) => _files[name].ReadNow();

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        foreach (var file in _files.Values) await file.DisposeAsync().ConfigureAwait(false);
    }

    private static WalletListFile Open(string option, string path, Func<WalletListFile> open)
    {
        try
        {
            return open();
        }
        catch (Exception problem) when (problem is XmtpException or IOException or UnauthorizedAccessException)
        {
            throw new NodeOptionsException([$"--{option}: {path}: {problem.Message}"]);
        }
    }
}
