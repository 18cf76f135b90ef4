using Xmtp.Node.Core.Log;
using Xmtp.Node.Core.Tests.Storage;
using Xmtp.TestSupport;

namespace Xmtp.Node.Core.Tests.Log;

public sealed class LogNameTests
{
    [Fact]
    public void CopyTo_FrozenNames_GivesTheFrozenBytesAndHash()
    {
        foreach (var (row, log) in StorageVectors.Load("entry-header-v2.json").Rows("logs").Zip(StorageVectors.Logs()))
        {
            var bytes = new byte[LogName.Length];
            log.Name.CopyTo(bytes);
            Assert.Equal(row.Text("name"), Vectors.Hex(bytes));
            Assert.Equal(log.Name, LogName.Read(bytes));
            Assert.Equal(row.Text("nameHash"), log.Name.ToHash().ToString());
        }
    }

    [Fact]
    public void ToString_AName_IsShortAndTellsIncarnationsApart()
    {
        var log = StorageVectors.Logs()[0].Name;
        Assert.Equal($"{log.Node.ToString()[..8]}/0/0123456789abcdef", log.ToString());
    }
}
