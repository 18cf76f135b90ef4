using System.Security.Cryptography;
using Xmtp.Client.Storage;
using Xmtp.Client.Storage.Records;
using Xmtp.Cryptography;
using Xmtp.Protocol.Errors;

namespace Xmtp.Client.Tests.Storage;

/// <summary>Rows behind encryption, many of which are opened side by side.</summary>
public sealed class SealedStoreTests : IAsyncDisposable
{
    private const int Many = 2500;

    private readonly MemoryClientStore _store = new();
    private readonly SealedStore _rows;

    public SealedStoreTests()
    {
        using var key = StoreKey.Generate();
        _rows = new SealedStore(_store, key, CryptoProvider.Default, RandomNumberGenerator.Create());
    }

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public async ValueTask DisposeAsync()
    {
        await _rows.DisposeAsync();
        await _store.DisposeAsync();
    }

    [Fact]
    public async Task ReadAllAsync_ManyRows_GivesEachInTheOrderOfItsKey()
    {
        await FillAsync();
        var read = await _rows.ReadAllAsync(static (after, limit) => RowKeys.Outbox(after.Span, limit), OutboxRecord.Parser, static (key, record) => (RowKeys.NumberOf(key.Span), record.Id.Length), Token);
        Assert.Equal(Enumerable.Range(0, Many).Select(static i => ((ulong)i, i)), read);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(Many - 1)]
    public async Task ReadAllAsync_OneOfManyRowsDamaged_IsOneClearError(int damaged)
    {
        await FillAsync();
        var key = RowKeys.Outbox((ulong)damaged);
        var value = (await _store.FindAsync([key], Token))[0]!.Value.ToArray();
        value[^1] ^= 1;
        await _store.CommitAsync([new StoreChange(key, value)], Token);
        var failure = await Assert.ThrowsAsync<XmtpException>(() => _rows.ReadAllAsync(static (after, limit) => RowKeys.Outbox(after.Span, limit), OutboxRecord.Parser, static (_, record) => record, Token));
        Assert.Equal(ErrorCatalogue.LocalStoreUnreadable, failure.Code);
    }

    // Rows of many lengths, so that short and long ones take turns.
    private async Task FillAsync() =>
        await _rows.CommitAsync([.. Enumerable.Range(0, Many).Select(i => _rows.Put(RowKeys.Outbox((ulong)i), new OutboxRecord { Id = Google.Protobuf.ByteString.CopyFrom(new byte[i]) }))], Token);
}
