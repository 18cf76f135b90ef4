using Xmtp.Client.Storage;
using Xmtp.Protocol.Errors;
using Xmtp.TestSupport;

namespace Xmtp.Client.Tests.Storage;

/// <summary>What every store does.</summary>
public sealed class ClientStoreTests : IDisposable
{
    private readonly StoreFiles _files = new();

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public void Dispose() => _files.Dispose();

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task CommitAsync_PutsAndRemoves_ReadAsAModelSays(bool sqlite)
    {
        var random = SeededRandom.Fresh();
        await using var store = await OpenAsync(sqlite);
        var model = new SortedDictionary<string, byte[]>(StringComparer.Ordinal);
        for (var round = 0; round < 60; round++)
        {
            var changes = Enumerable.Range(0, 1 + random.Number(19)).Select(_ => Change(random)).ToList();
            await store.CommitAsync(changes, Token);
            foreach (var (key, value) in changes)
            {
                if (value is { } bytes) model[Convert.ToHexString(key.Span)] = bytes.ToArray();
                else model.Remove(Convert.ToHexString(key.Span));
            }

            var (from, to) = (Key(random), Key(random));
            var range = new StoreRange(from, to, 1 + random.Number(11), random.Number(2) == 0);
            var inside = model.Where(row => string.CompareOrdinal(row.Key, Convert.ToHexString(from)) >= 0 && string.CompareOrdinal(row.Key, Convert.ToHexString(to)) < 0);
            var expected = (range.Descending ? inside.Reverse() : inside).Take(range.Limit).Select(static row => (row.Key, Convert.ToHexString(row.Value)));
            var rows = (await store.ReadAsync(range, Token)).Select(static row => (Convert.ToHexString(row.Key.Span), Convert.ToHexString(row.Value.Span)));
            Assert.True(expected.SequenceEqual(rows), $"round {round}: {random}");

            byte[][] keys = [Key(random), Key(random), from];
            var found = await store.FindAsync([.. keys.Select(static key => (ReadOnlyMemory<byte>)key)], Token);
            var values = keys.Select(key => model.TryGetValue(Convert.ToHexString(key), out var value) ? Convert.ToHexString(value) : null);
            Assert.True(values.SequenceEqual(found.Select(static value => value is { } bytes ? Convert.ToHexString(bytes.Span) : null)), $"round {round}: {random}");
        }
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task CommitAsync_SameKeyTwice_LastCounts(bool sqlite)
    {
        await using var store = await OpenAsync(sqlite);
        byte[] key = [7];
        await store.CommitAsync([new StoreChange(key, new byte[] { 1 }), new StoreChange(key, new byte[] { 2 })], Token);
        Assert.Equal([2], (await store.FindAsync([key], Token))[0]!.Value.ToArray());
        await store.CommitAsync([new StoreChange(key, new byte[] { 3 }), new StoreChange(key, null)], Token);
        Assert.Null((await store.FindAsync([key], Token))[0]);
    }

    [Fact]
    public async Task OpenAsync_ClosedFile_HoldsWhatWasCommitted()
    {
        await using (var store = await _files.OpenAsync()) await store.CommitAsync([new StoreChange(new byte[] { 1, 2 }, new byte[] { 3 })], Token);
        await using var again = await _files.OpenAsync();
        Assert.Equal([3], (await again.FindAsync([new byte[] { 1, 2 }], Token))[0]!.Value.ToArray());
    }

    [Fact]
    public async Task OpenAsync_FileThatIsOpen_SaysSo()
    {
        await using var store = await _files.OpenAsync();
        var failure = await Assert.ThrowsAsync<XmtpException>(() => _files.OpenAsync());
        Assert.Equal(ErrorCatalogue.StoreUnusable, failure.Code);
        Assert.Contains("is open in another process or client", failure.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task OpenAsync_NoDatabase_RefusesAndLeavesIt()
    {
        await File.WriteAllTextAsync(_files.PathOf("store"), new string('x', 10_000), Token);
        Assert.Equal(ErrorCatalogue.StoreUnusable, (await Assert.ThrowsAsync<XmtpException>(() => _files.OpenAsync())).Code);
        Assert.Equal(new string('x', 10_000), await File.ReadAllTextAsync(_files.PathOf("store"), Token));
    }

    [Fact]
    public async Task OpenAsync_NewFile_IsForItsOwnerOnly()
    {
        await using var store = await _files.OpenAsync();
        if (!OperatingSystem.IsWindows()) Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(store.Path));
    }

    [Fact]
    public async Task FindAsync_ClosedStore_ThrowsObjectDisposed()
    {
        var store = await _files.OpenAsync();
        await store.DisposeAsync();
        await store.DisposeAsync();
        await Assert.ThrowsAsync<ObjectDisposedException>(async () => await store.FindAsync([new byte[] { 1 }], Token));
    }

    private static StoreChange Change(SeededRandom random) => new(Key(random), random.Number(4) == 0 ? null : random.Bytes(random.Number(300)));

    // Few and short, so that they meet; zero and 255 are where orders of bytes go wrong.
    private static byte[] Key(SeededRandom random)
    {
        byte[] alphabet = [0, 1, 127, 128, 255];
        return [.. Enumerable.Range(0, 1 + random.Number(3)).Select(_ => alphabet[random.Number(alphabet.Length)])];
    }

    private async Task<IClientStore> OpenAsync(bool sqlite) => sqlite ? await _files.OpenAsync() : new MemoryClientStore();
}
