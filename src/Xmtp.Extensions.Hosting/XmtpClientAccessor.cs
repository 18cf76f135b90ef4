using System.Diagnostics.Metrics;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Options;
using Xmtp.Client;
using Xmtp.Client.Accounts;
using Xmtp.Client.Transport;
using Xmtp.Identity;

namespace Xmtp.Extensions.Hosting;

/// <summary>Opens the client of one account once, and closes it with the container, when nobody uses it any more.</summary>
internal sealed class XmtpClientAccessor(string name, IServiceProvider services) : IXmtpClientAccessor, IAsyncDisposable
{
    private readonly TaskCompletionSource<XmtpClient> _opened = new(TaskCreationOptions.RunContinuationsAsynchronously);

    private AccountStore? _store;

    public string Name => name;

    public XmtpClient? Client => _opened.Task.IsCompletedSuccessfully ? _opened.Task.Result : null;

    /// <summary>Why the last attempt to open it failed; null before one has.</summary>
    public Exception? Failure { get; private set; }

    public Task<XmtpClient> GetAsync(CancellationToken cancellationToken = default) => _opened.Task.WaitAsync(cancellationToken);

    /// <summary>Tries once. May be repeated after a failure.</summary>
    public async Task<XmtpClient> OpenAsync(ILogger logger, CancellationToken cancellationToken)
    {
        try
        {
            var options = services.GetRequiredService<IOptionsMonitor<XmtpAccountOptions>>().Get(name);
            if (_store is null && !string.IsNullOrWhiteSpace(options.StorePath))
                _store = await AccountStore.OpenAsync(options.StorePath, options.StoreKeyFile!, cancellationToken).ConfigureAwait(false);
            var settings = ToClientOptions(options);
            var client = options.Wallet is { } wallet
                ? await XmtpClient.CreateAsync(wallet(services), settings, cancellationToken).ConfigureAwait(false)
                : await CreateWithKeyAsync(options, settings, logger, cancellationToken).ConfigureAwait(false);
            if (_opened.TrySetResult(client)) return client;
            await client.DisposeAsync().ConfigureAwait(false);
            throw new ObjectDisposedException(nameof(XmtpClientAccessor));
        }
        catch (Exception failure)
        {
            Failure = failure;
            throw;
        }
    }

    /// <summary>It will never open: tells those who wait.</summary>
    public void GiveUp(Exception? failure)
    {
        if (failure is null) _opened.TrySetCanceled();
        else _opened.TrySetException(failure);

        // Nobody needs to wait; then nobody hears of it here, and the host has logged it.
        _ = _opened.Task.Exception;
    }

    public async ValueTask DisposeAsync()
    {
        GiveUp(null);
        if (Client is { } client) await client.DisposeAsync().ConfigureAwait(false);
        if (_store is not null) await _store.DisposeAsync().ConfigureAwait(false);
    }

    private static async Task<XmtpClient> CreateWithKeyAsync(
        XmtpAccountOptions options, XmtpClientOptions settings, ILogger logger, CancellationToken cancellationToken)
    {
        if (options.CreatePrivateKeyFile && await WalletKey.CreateAsync(options.PrivateKeyFile!, cancellationToken).ConfigureAwait(false))
            HostingLog.KeyFileCreated(logger, options.PrivateKeyFile!);
        using PrivateKeyWallet wallet = string.IsNullOrWhiteSpace(options.PrivateKey)
            ? await WalletKey.ReadAsync(options.PrivateKeyFile!, cancellationToken).ConfigureAwait(false)
            : WalletKey.ToWallet(options.PrivateKey, nameof(options.PrivateKey));
        return await XmtpClient.CreateAsync(wallet, settings, cancellationToken).ConfigureAwait(false);
    }

    private XmtpClientOptions ToClientOptions(XmtpAccountOptions options)
    {
        var settings = new XmtpClientOptions
        {
            DiscoverNodes = options.DiscoverNodes,
            Acknowledgement = options.Acknowledgement is { } level ? AckLevel.Parse(level) : AckLevel.Local,
            AppVersion = options.AppVersion,
            KeyStore = string.IsNullOrWhiteSpace(options.KeysDirectory) ? null : new FileKeyStore(options.KeysDirectory),
            LoggerFactory = services.GetService<ILoggerFactory>() ?? NullLoggerFactory.Instance,
            MeterFactory = services.GetService<IMeterFactory>(),
            TimeProvider = services.GetService<TimeProvider>() ?? TimeProvider.System,
            Store = _store?.Store,
            StoreKey = _store?.Key,
        };
        if (options.Nodes.Count > 0) settings = settings with { Nodes = [.. options.Nodes.Select(static node => new Uri(node))] };
        if (options.Transport is { } transport) settings = settings with { Transport = transport };
        if (options.RequestTimeout is { } timeout) settings = settings with { RequestTimeout = timeout };
        foreach (var change in options.Changes) settings = change(services, settings);
        return settings;
    }
}
