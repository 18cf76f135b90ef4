using System.Security.Cryptography;
using Xmtp.Client.Messages;

namespace Xmtp.Client.Tests.Messages;

public class WireReaderTests
{
    [Theory]
    [InlineData(0, 0)]
    [InlineData(100, 0)]
    [InlineData(100, 923)]
    [InlineData(100, 924)]
    [InlineData(100, 925)]
    [InlineData(2000, 5000)]
    public void HashJoined_AnyLengths_IsTheHashOfBothInARow(int headerLength, int contentLength)
    {
        var joined = RandomNumberGenerator.GetBytes(headerLength + contentLength);
        var digest = new byte[SHA256.HashSizeInBytes];
        WireReader.HashJoined(joined.AsSpan(0, headerLength), joined.AsSpan(headerLength), digest);
        Assert.Equal(SHA256.HashData(joined), digest);
    }
}
