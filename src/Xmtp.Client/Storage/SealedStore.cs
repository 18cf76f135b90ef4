using System.Collections.Concurrent;
using System.Runtime.ExceptionServices;
using System.Security.Cryptography;
using System.Text;
using Google.Protobuf;
using Xmtp.Client.Messages;
using Xmtp.Cryptography;
using Xmtp.Protocol.Errors;

namespace Xmtp.Client.Storage;

/// <summary>
/// A store behind encryption: AES-256-GCM with a random nonce over each value, bound to its key so that rows cannot change
/// places, and HMAC-SHA256 over each name. An old copy of a row in its own place is not noticed.
/// </summary>
internal sealed class SealedStore : IAsyncDisposable
{
    public const int NameLength = 16;

    private const int PageSize = 1000;

    // A start reads thousands of rows; from so many on it is worth the other processors.
    private const int ParallelMin = 500;

    // Rows without content are shorter.
    private const int StackMax = 512;

    private const int Overhead = CryptoProvider.GcmNonceLength + CryptoProvider.GcmTagLength;

    private readonly IClientStore _store;
    private readonly SecretKey _values;
    private readonly SecretKey _names;
    private readonly CryptoProvider _provider;
    private readonly RandomNumberGenerator _random;
    private readonly ConcurrentBag<RowCipher> _ciphers = [];
    private volatile bool _isDisposed;

    public SealedStore(IClientStore store, StoreKey key, CryptoProvider provider, RandomNumberGenerator random)
    {
        (_store, _provider, _random) = (store, provider, random);
        _values = key.Derive("XMTP local store: values, version 1"u8);
        _names = key.Derive("XMTP local store: names, version 1"u8);
    }

    /// <summary>What stands in keys for a topic, an id or an address.</summary>
    public void Blind(ReadOnlySpan<byte> name, Span<byte> destination)
    {
        Span<byte> key = stackalloc byte[SecretKey.Length];
        Span<byte> hash = stackalloc byte[SHA256.HashSizeInBytes];
        _names.CopyTo(key);
        HMACSHA256.HashData(key, name, hash);
        CryptographicOperations.ZeroMemory(key);
        hash[..NameLength].CopyTo(destination);
    }

    /// <inheritdoc cref="Blind(ReadOnlySpan{byte}, Span{byte})"/>
    public byte[] Blind(string name)
    {
        var blinded = new byte[NameLength];
        Blind(Encoding.UTF8.GetBytes(name), blinded);
        return blinded;
    }

    /// <summary>A change that seals a value.</summary>
    public StoreChange Put(byte[] key, IMessage value) => new(key, Seal(key, value));

    public static StoreChange Remove(byte[] key) => new(key, null);

    public async ValueTask<T?> FindAsync<T>(byte[] key, MessageParser<T> parser, CancellationToken cancellationToken)
        where T : class, IMessage<T> =>
        (await _store.FindAsync([key], cancellationToken).ConfigureAwait(false))[0] is { } value ? Open(key, value.Span, parser) : null;

    public async ValueTask<bool[]> ContainsAsync(IReadOnlyList<ReadOnlyMemory<byte>> keys, CancellationToken cancellationToken) =>
        [.. (await _store.FindAsync(keys, cancellationToken).ConfigureAwait(false)).Select(static value => value is not null)];

    public async ValueTask<IReadOnlyList<T?>> FindAsync<T>(IReadOnlyList<ReadOnlyMemory<byte>> keys, MessageParser<T> parser, CancellationToken cancellationToken)
        where T : class, IMessage<T>
    {
        var values = await _store.FindAsync(keys, cancellationToken).ConfigureAwait(false);
        var opened = new T?[keys.Count];
        for (var i = 0; i < opened.Length; i++)
            if (values[i] is { } value) opened[i] = Open(keys[i].Span, value.Span, parser);
        return opened;
    }

    public async ValueTask<IReadOnlyList<(ReadOnlyMemory<byte> Key, T Value)>> ReadAsync<T>(StoreRange range, MessageParser<T> parser, CancellationToken cancellationToken)
        where T : class, IMessage<T>
    {
        var rows = await _store.ReadAsync(range, cancellationToken).ConfigureAwait(false);
        return OpenAll(rows, parser, static (key, value) => (key, value));
    }

    /// <summary>All rows of a kind. While one page is opened, the next is read.</summary>
    /// <param name="page">The range of a page that begins after a key.</param>
    /// <param name="parser">How a row is read.</param>
    /// <param name="select">What is made of a row and its key; on several threads where there are many.</param>
    /// <param name="cancellationToken">Ends the reading.</param>
    public async Task<List<TResult>> ReadAllAsync<T, TResult>(
        Func<ReadOnlyMemory<byte>, int, StoreRange> page, MessageParser<T> parser, Func<ReadOnlyMemory<byte>, T, TResult> select, CancellationToken cancellationToken)
        where T : class, IMessage<T>
    {
        var all = new List<TResult>();
        var next = _store.ReadAsync(page(default, PageSize), cancellationToken).AsTask();
        while (true)
        {
            var rows = await next.ConfigureAwait(false);
            var isLast = rows.Count < PageSize;
            if (!isLast) next = _store.ReadAsync(page(rows[^1].Key, PageSize), cancellationToken).AsTask();
            try
            {
                all.AddRange(OpenAll(rows, parser, select));
            }
            catch
            {
                // Nobody waits for it any more, but the store is not left while it reads.
                await ((Task)next).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
                throw;
            }

            if (isLast) return all;
        }
    }

    public ValueTask CommitAsync(IReadOnlyList<StoreChange> changes, CancellationToken cancellationToken) => _store.CommitAsync(changes, cancellationToken);

    /// <summary>Clears the keys. The store itself stays open.</summary>
    public ValueTask DisposeAsync()
    {
        _isDisposed = true;
        Clear();
        _values.Dispose();
        _names.Dispose();
        return ValueTask.CompletedTask;
    }

    private byte[] Seal(ReadOnlySpan<byte> key, IMessage value)
    {
        var clear = value.ToByteArray();
        var @sealed = new byte[clear.Length + Overhead];
        try
        {
            var nonce = @sealed.AsSpan(0, CryptoProvider.GcmNonceLength);
            lock (_random) _random.GetBytes(nonce);
            using var cipher = Rent();
            cipher.Encrypt(nonce, clear, @sealed.AsSpan(CryptoProvider.GcmNonceLength), key);
            return @sealed;
        }
        finally
        {
            CryptographicOperations.ZeroMemory(clear);
        }
    }

    private TResult[] OpenAll<T, TResult>(IReadOnlyList<StoreRow> rows, MessageParser<T> parser, Func<ReadOnlyMemory<byte>, T, TResult> select)
        where T : class, IMessage<T>
    {
        var opened = new TResult[rows.Count];
        if (rows.Count < ParallelMin || Environment.ProcessorCount == 1)
        {
            using var cipher = Rent();
            for (var i = 0; i < opened.Length; i++) OpenRow(i, cipher);
            return opened;
        }

        try
        {
            Parallel.For(
                0,
                opened.Length,
                Rent,
                (i, _, cipher) =>
                {
                    OpenRow(i, cipher);
                    return cipher;
                },
                static cipher => cipher.Dispose());
        }
        catch (AggregateException failures)
        {
            ExceptionDispatchInfo.Throw(failures.InnerExceptions[0]);
        }

        return opened;

        void OpenRow(int i, RentedCipher cipher) => opened[i] = select(rows[i].Key, Open(rows[i].Key.Span, rows[i].Value.Span, parser, cipher));
    }

    private T Open<T>(ReadOnlySpan<byte> key, ReadOnlySpan<byte> @sealed, MessageParser<T> parser)
        where T : class, IMessage<T>
    {
        using var cipher = Rent();
        return Open(key, @sealed, parser, cipher);
    }

    private static T Open<T>(ReadOnlySpan<byte> key, ReadOnlySpan<byte> @sealed, MessageParser<T> parser, RentedCipher cipher)
        where T : class, IMessage<T>
    {
        var length = @sealed.Length - Overhead;
        if (length < 0) throw Unreadable("a row is too short");
        var clear = length <= StackMax ? stackalloc byte[length] : new byte[length];
        try
        {
            if (!cipher.TryDecrypt(@sealed[..CryptoProvider.GcmNonceLength], @sealed[CryptoProvider.GcmNonceLength..], clear, key))
                throw Unreadable("a row does not open with this key");
            return parser.ParseFrom(clear);
        }
        catch (InvalidProtocolBufferException failure)
        {
            throw Unreadable($"a row holds something else than this version writes: {failure.Message}");
        }
        finally
        {
            // Parsed records copy what they hold.
            CryptographicOperations.ZeroMemory(clear);
        }
    }

    private void Clear()
    {
        while (_ciphers.TryTake(out var cipher)) cipher.Dispose();
    }

    private RentedCipher Rent()
    {
        if (_ciphers.TryTake(out var cipher)) return new RentedCipher(this, cipher);
        Span<byte> secret = stackalloc byte[SecretKey.Length];
        _values.CopyTo(secret);
        cipher = new RowCipher(secret, _provider);
        CryptographicOperations.ZeroMemory(secret);
        return new RentedCipher(this, cipher);
    }

    /// <summary>A cipher that goes back to the others.</summary>
    private readonly struct RentedCipher(SealedStore store, RowCipher cipher) : IDisposable
    {
        public void Encrypt(ReadOnlySpan<byte> nonce, ReadOnlySpan<byte> clear, Span<byte> @sealed, ReadOnlySpan<byte> key) => cipher.Encrypt(nonce, clear, @sealed, key);

        public bool TryDecrypt(ReadOnlySpan<byte> nonce, ReadOnlySpan<byte> @sealed, Span<byte> clear, ReadOnlySpan<byte> key) => cipher.TryDecrypt(nonce, @sealed, clear, key);

        public void Dispose()
        {
            store._ciphers.Add(cipher);

            // It came back after the others were cleared: its key must go too.
            if (store._isDisposed) store.Clear();
        }
    }

    private static XmtpException Unreadable(string why) => new(ErrorCatalogue.LocalStoreUnreadable, why);
}
