using Google.Protobuf;
using Microsoft.Extensions.Logging;
using Xmtp.Node.Network;
using Xmtp.Protocol.Network.V1;
using Xmtp.TestNetwork;

namespace Xmtp.Node.Tests.Network;

public sealed class FilePeerStoreTests : IDisposable
{
    private readonly string _directory = Directory.CreateTempSubdirectory("xmtp-test-").FullName;
    private readonly CapturedLog _log = new();
    private readonly ILoggerFactory _loggers;

    public FilePeerStoreTests() => _loggers = LoggerFactory.Create(logging => logging.AddProvider(_log));

    private string FilePath => Path.Combine(_directory, "peers.bin");

    [Fact]
    public void Load_AfterSave_GivesTheNewest()
    {
        var store = Open();
        var age = new PeerAge { Node = ByteString.CopyFrom(new byte[32]), MemberNs = 5, AbsentNs = 6 };
        store.Save(new SavedPeers { Records = { Record(1) } });
        store.Save(new SavedPeers { Records = { Record(2), Record(3) }, Ages = { age } });
        Assert.Equal(new SavedPeers { Records = { Record(2), Record(3) }, Ages = { age } }, Open().Load());
        Assert.Equal(["peers.bin"], Directory.GetFiles(_directory).Select(Path.GetFileName));
    }

    [Fact]
    public void Load_FileFromBeforeAges_GivesItsRecords()
    {
        File.WriteAllBytes(FilePath, new Records { Records_ = { Record(1) } }.ToByteArray());
        Assert.Equal(new SavedPeers { Records = { Record(1) } }, Open().Load());
    }

    [Fact]
    public void Load_NoFile_IsEmptyWithoutAWord()
    {
        Assert.Equal(new SavedPeers(), Open().Load());
        Assert.Empty(_log.Lines);
    }

    [Fact]
    public void Load_DamagedFile_IsEmptyAndWarns()
    {
        File.WriteAllBytes(FilePath, [0x0a, 0x7f, 1]);
        Assert.Equal(new SavedPeers(), Open().Load());
        Assert.Equal(2214, Assert.Single(_log.Lines).EventId);
    }

    [Fact]
    public void Load_HugeFile_IsEmptyAndWarns()
    {
        using (var stream = File.Create(FilePath)) stream.SetLength(9 << 20);
        Assert.Equal(new SavedPeers(), Open().Load());
        Assert.Equal(2214, Assert.Single(_log.Lines).EventId);
    }

    [Fact]
    public void Save_DirectoryGone_WarnsAndGoesOn()
    {
        Directory.Delete(_directory);
        Open().Save(new SavedPeers { Records = { Record(1) } });
        Assert.Equal(2215, Assert.Single(_log.Lines).EventId);
        Directory.CreateDirectory(_directory);
    }

    public void Dispose()
    {
        _loggers.Dispose();
        Directory.Delete(_directory, recursive: true);
    }

    private static SignedRecord Record(byte number) => new() { Record = ByteString.CopyFrom(number), Signature = ByteString.CopyFrom(number, number) };

    private FilePeerStore Open() => new(_directory, _loggers.CreateLogger<FilePeerStore>());
}
