using System.Diagnostics;
using Google.Protobuf;
using Xmtp.Node.Core;
using Xmtp.Node.Core.Log;
using Xmtp.Protocol.Errors;
using Xmtp.Protocol.MessageApi.V1;

namespace Xmtp.Node.Storage.RocksDb.Tests;

/// <summary>A real file system that is really full. It needs the right to mount one, and is skipped without.</summary>
public sealed class FullDiskTests : IDisposable
{
    private readonly string _disk = Directory.CreateTempSubdirectory("xmtp-full-disk-").FullName;
    private bool _isMounted;
    private ulong _lastTimeNs;
    private Exception? _lastFailure;

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public void Dispose()
    {
        if (_isMounted) Run("umount", _disk);
        Directory.Delete(_disk);
    }

    [Fact]
    public async Task Publish_DiskFull_RefusesServesReadsAndGoesOnWhenThereIsSpace()
    {
        _isMounted = OperatingSystem.IsLinux() && Run("mount", "-t", "tmpfs", "-o", "size=40m", "tmpfs", _disk);
        Assert.SkipUnless(_isMounted, "mounting a file system is not allowed here");
        await File.WriteAllBytesAsync(Path.Combine(_disk, "reserve"), new byte[16 << 20], Token);
        var store = RocksDbEnvelopeStore.Open(Path.Combine(_disk, "store"), new RocksDbStoreOptions { MemtableBytes = 4 << 20, WalBytesMax = 4 << 20 });
        var options = new MessageServiceOptions { Log = new LogWriterOptions { RecoveryPause = TimeSpan.Zero }, SubscriptionBufferMax = 10_000 };
        await using var service = await MessageService.OpenAsync(store, options: options, cancellationToken: Token);
        await using var subscription = service.Subscribe(["t"]);
        var payload = UnsafeByteOperations.UnsafeWrap(Random(20_000));

        // Opening again frees a little, more than once; so until nothing goes in any more.
        for (var refused = 0; refused < 5;)
        {
            if (await TryPublishAsync(service, payload)) refused = 0;
            else
            {
                refused++;
                Fill();
            }
        }

        Assert.False(service.IsStoreHealthy);
        var acknowledged = _lastTimeNs;
        Assert.Equal(acknowledged, Assert.Single((await service.QueryAsync(Newest(), Token)).Envelopes).TimestampNs);

        File.Delete(Path.Combine(_disk, "reserve"));
        for (var i = 0; i < 50; i++) Assert.True(await TryPublishAsync(service, payload), $"{_lastFailure}");
        Assert.True(service.IsStoreHealthy);

        // One log without a hole, and every entry live once.
        var entries = new List<LoggedEntry>();
        await store.ReadAsync(default, 1, entries, int.MaxValue, long.MaxValue, Token);
        Assert.Equal(Enumerable.Range(1, (int)acknowledged + 50).Select(static i => (ulong)i), entries.Select(static entry => entry.ReadHeader().SenderTimeNs));
        await foreach (var envelope in subscription.ReadAllAsync(Token))
        {
            Assert.Equal(entries[0].ReadHeader().SenderTimeNs, envelope.TimestampNs);
            entries.RemoveAt(0);
            if (entries.Count == 0) break;
        }
    }

    private async Task<bool> TryPublishAsync(MessageService service, ByteString payload)
    {
        try
        {
            await service.PublishAsync([new Envelope { ContentTopic = "t", TimestampNs = _lastTimeNs + 1, Message = payload }], cancellationToken: Token);
            _lastTimeNs++;
            return true;
        }
        catch (XmtpException e)
        {
            Assert.Equal(ErrorCatalogue.StorageFailed, e.Code);
            _lastFailure = e;
            return false;
        }
    }

    private void Fill()
    {
        try
        {
            using var file = new FileStream(Path.Combine(_disk, "fill"), FileMode.Append, FileAccess.Write, FileShare.None, bufferSize: 0);
            while (true) file.Write(new byte[4096]);
        }
        catch (IOException)
        {
            // Full: what was wanted.
        }
    }

    private static QueryRequest Newest() => new() { ContentTopics = { "t" }, PagingInfo = new PagingInfo { Limit = 1 } };

    private static byte[] Random(int length) => new TestSupport.SeededRandom(1).Bytes(length);

    private static bool Run(string program, params string[] arguments)
    {
        try
        {
            using var process = Process.Start(new ProcessStartInfo(program, arguments) { RedirectStandardError = true })!;
            process.WaitForExit();
            return process.ExitCode == 0;
        }
        catch (System.ComponentModel.Win32Exception)
        {
            return false;
        }
    }
}
