using System.Runtime.InteropServices;
using System.Security.Cryptography;
using Google.Protobuf;
using Xmtp.Client.Storage.Records;
using Xmtp.Cryptography;
using Xmtp.Identity;
using Xmtp.Protocol.Errors;

namespace Xmtp.Client.Storage;

/// <summary>One account's local store: whose it is, and its rows by name.</summary>
internal sealed class LocalStore : IAsyncDisposable
{
    // Changes with what a row means; older formats are read or refused, never guessed at.
    private const uint Version = 1;

    private readonly IClientStore? _owned;
    private StoreRecord _record;

    private LocalStore(SealedStore rows, StoreRecord record, IClientStore? owned) => (Rows, _record, _owned) = (rows, record, owned);

    /// <summary>The rows.</summary>
    public SealedStore Rows { get; }

    /// <summary>Whether it outlives the client.</summary>
    public bool IsDurable => _owned is null;

    /// <summary>Whether the account's contact was published, as far as this store knows.</summary>
    public bool ContactPublished => _record.ContactPublished;

    /// <summary>Opens the store of the options; one in memory when there is none.</summary>
    /// <exception cref="XmtpException">
    /// <see cref="ErrorCatalogue.LocalStoreUnreadable"/>: another key. <see cref="ErrorCatalogue.StoreUnusable"/>: a format of a later version.
    /// </exception>
    public static async Task<LocalStore> OpenAsync(XmtpClientOptions options, CancellationToken cancellationToken)
    {
        if (options.Store is null)
        {
            var memory = new MemoryClientStore();
            using var generated = StoreKey.Generate(options.Random);
            return new LocalStore(new SealedStore(memory, generated, options.Provider, options.Random), new StoreRecord(), memory);
        }

        var key = options.StoreKey ?? throw new ArgumentException("A store needs a StoreKey: its rows are encrypted.", nameof(options));
        var rows = new SealedStore(options.Store, key, options.Provider, options.Random);
        var record = await rows.FindAsync(RowKeys.Store, StoreRecord.Parser, cancellationToken).ConfigureAwait(false) ?? new StoreRecord { Version = Version };
        return record.Version == Version
            ? new LocalStore(rows, record, owned: null)
            : throw new XmtpException(ErrorCatalogue.StoreUnusable, $"the local store has format {record.Version}; this version reads format {Version}");
    }

    /// <summary>The keys in the store; null in a new one.</summary>
    /// <param name="account">Whose keys are wanted; null for whoever's they are.</param>
    /// <param name="provider">The cryptography.</param>
    /// <exception cref="XmtpException"><see cref="ErrorCatalogue.LocalStoreOfOther"/>: they are another account's.</exception>
    public PrivateKeyBundle? FindKeys(EthereumAddress? account, CryptoProvider provider)
    {
        if (_record.Account.IsEmpty) return null;
        var owner = new EthereumAddress(_record.Account.Span);
        if (account is { } wanted && wanted != owner) throw new XmtpException(ErrorCatalogue.LocalStoreOfOther, $"the store belongs to {owner}, not to {wanted}");
        try
        {
            return PrivateKeyBundle.Import(_record.Identity.Span, provider);
        }
        finally
        {
            // Once is enough, and the parsed record is the only copy.
            CryptographicOperations.ZeroMemory(MemoryMarshal.AsMemory(_record.Identity.Memory).Span);
            _record.Identity = ByteString.Empty;
        }
    }

    /// <summary>Makes the store this account's, unless it is already.</summary>
    public async Task SaveAsync(PrivateKeyBundle keys, bool contactPublished, CancellationToken cancellationToken)
    {
        if (!_record.Account.IsEmpty && (ContactPublished || !contactPublished)) return;
        var exported = keys.Export();
        try
        {
            var record = new StoreRecord
            {
                Version = Version,
                Account = ByteString.CopyFrom(keys.WalletAddress.ToArray()),
                Identity = UnsafeByteOperations.UnsafeWrap(exported),
                ContactPublished = contactPublished,
            };
            await Rows.CommitAsync([Rows.Put(RowKeys.Store, record)], cancellationToken).ConfigureAwait(false);
            _record = record;
        }
        finally
        {
            _record = new StoreRecord { Version = Version, Account = _record.Account, ContactPublished = _record.ContactPublished };
            CryptographicOperations.ZeroMemory(exported);
        }
    }

    public async ValueTask DisposeAsync()
    {
        await Rows.DisposeAsync().ConfigureAwait(false);
        if (_owned is not null) await _owned.DisposeAsync().ConfigureAwait(false);
    }
}
