using Xmtp.Node.Core.Storage;
using Xmtp.Node.Core.Tests.Storage;

namespace Xmtp.Node.Storage.RocksDb.Tests;

public sealed class RocksDbEnvelopeStoreTests : EnvelopeStoreContract
{
    private readonly string _directory = Directory.CreateTempSubdirectory("xmtp-store-").FullName;
    private int _settled;

    protected override IEnvelopeStore Open() => RocksDbEnvelopeStore.Open(Path.Combine(_directory, "store"));

    /// <summary>By turns into sorted files, and through a restart.</summary>
    protected override async ValueTask SettleAsync()
    {
        if (_settled++ % 2 == 0) ((RocksDbEnvelopeStore)Store).Flush();
        else await ReplaceStoreAsync();
    }

    public override async ValueTask DisposeAsync()
    {
        await base.DisposeAsync();
        Directory.Delete(_directory, recursive: true);
    }
}
