using System.Globalization;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;
using Xmtp.Cryptography;
using Xmtp.Node.Core.Telemetry;
using Xmtp.Protocol.Errors;

namespace Xmtp.Node.Core.Access;

/// <summary>
/// A list of wallets in a text file: one address a line, in lower case, upper case or with its checksum; <c>#</c> begins a comment.
/// A changed file takes effect within seconds. One that cannot be read leaves the last good list in force.
/// </summary>
public sealed class WalletListFile : IAsyncDisposable
{
    /// <summary>How often the file is looked at.</summary>
    public static readonly TimeSpan ReloadInterval = TimeSpan.FromSeconds(5);

    /// <summary>Largest file read: some 350,000 addresses.</summary>
    private const long LengthMaxBytes = 16 << 20;

    private readonly string _path;
    private readonly Action<IReadOnlyList<EthereumAddress>> _apply;
    private readonly ILogger _logger;
    private readonly CancellationTokenSource _stop = new();
    private readonly Lock _lock = new();
    private readonly Task _loop;
    private (DateTime WrittenAt, long Length) _version;

    /// <summary>Reads the file, applies it, and goes on watching it.</summary>
    /// <param name="path">The file.</param>
    /// <param name="apply">Takes the whole list, at once and after every change: a method of <see cref="WalletLists"/>.</param>
    /// <param name="time">Clock; null for the system's.</param>
    /// <param name="logger">Where it logs; null for nowhere.</param>
    /// <exception cref="IOException">The file cannot be read.</exception>
    /// <exception cref="XmtpException"><see cref="ErrorCatalogue.AddressInvalid"/>, naming the line.</exception>
    public WalletListFile(string path, Action<IReadOnlyList<EthereumAddress>> apply, TimeProvider? time = null, ILogger? logger = null)
    {
        ArgumentException.ThrowIfNullOrEmpty(path);
        ArgumentNullException.ThrowIfNull(apply);
        (_path, _apply, _logger) = (path, apply, logger ?? NullLogger.Instance);
        Load(CurrentVersion());
        var timer = new PeriodicTimer(ReloadInterval, time ?? TimeProvider.System);
        _loop = Task.Run(() => WatchAsync(timer));
    }

    /// <summary>Reads a list.</summary>
    /// <param name="lines">Lines of the file.</param>
    /// <exception cref="XmtpException"><see cref="ErrorCatalogue.AddressInvalid"/>, naming the line.</exception>
    public static IReadOnlyList<EthereumAddress> Parse(IEnumerable<string> lines)
    {
        ArgumentNullException.ThrowIfNull(lines);
        var wallets = new List<EthereumAddress>();
        var number = 0;
        foreach (var line in lines)
        {
            number++;
            var comment = line.IndexOf('#');
            var text = (comment < 0 ? line : line[..comment]).Trim();
            if (text.Length == 0) continue;
            if (!TryParse(text, out var wallet))
                throw new XmtpException(ErrorCatalogue.AddressInvalid, string.Create(CultureInfo.InvariantCulture, $"line {number} is not an address, or its checksum is wrong"));
            wallets.Add(wallet);
        }

        return wallets;
    }

    /// <summary>Reads the file now and applies it, for who has just written it.</summary>
    /// <exception cref="IOException">The file cannot be read; the list in force stays.</exception>
    /// <exception cref="XmtpException"><see cref="ErrorCatalogue.AddressInvalid"/>, naming the line; the list in force stays.</exception>
    public void ReadNow()
    {
        lock (_lock) Load(CurrentVersion());
    }

    /// <summary>Stops watching. What was applied stays.</summary>
    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync().ConfigureAwait(false);
        await _loop.ConfigureAwait(false);
        _stop.Dispose();
    }

    private static bool TryParse(string text, out EthereumAddress wallet)
    {
        // Only a text in both cases carries a checksum; a list in one case was simply lowered or raised.
        var digits = text.Length == EthereumAddress.TextLength ? text.AsSpan(2) : default;
        var isMixed = digits.ContainsAnyInRange('a', 'f') && digits.ContainsAnyInRange('A', 'F');
        return EthereumAddress.TryParse(isMixed ? text : text.ToLowerInvariant(), out wallet);
    }

    private async Task WatchAsync(PeriodicTimer timer)
    {
        using (timer)
        {
            try
            {
                while (await timer.WaitForNextTickAsync(_stop.Token).ConfigureAwait(false)) Reload();
            }
            catch (OperationCanceledException) when (_stop.IsCancellationRequested)
            {
            }
        }
    }

    private void Reload()
    {
        try
        {
            lock (_lock)
            {
                var version = CurrentVersion();
                if (version != _version) Load(version);
            }
        }
        catch (Exception e)
        {
            // Whatever an editor leaves behind for a moment, the list in force must survive it.
            _logger.WalletListFailed(_path, e);
        }
    }

    private (DateTime WrittenAt, long Length) CurrentVersion()
    {
        var file = new FileInfo(_path);
        return (file.LastWriteTimeUtc, file.Length);
    }

    private void Load((DateTime WrittenAt, long Length) version)
    {
        if (version.Length > LengthMaxBytes)
            throw new IOException($"The wallet list has {version.Length} bytes; at most {LengthMaxBytes} are read.");
        // Noted first: a file that is wrong is complained about once, not every few seconds.
        _version = version;
        var wallets = Parse(File.ReadLines(_path));
        _apply(wallets);
        _logger.WalletListRead(_path, wallets.Count);
    }
}
