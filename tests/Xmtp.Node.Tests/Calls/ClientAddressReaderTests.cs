using System.Net;
using Microsoft.AspNetCore.Http;
using Xmtp.Node.Calls;

namespace Xmtp.Node.Tests.Calls;

public sealed class ClientAddressReaderTests
{
    [Theory]
    // Without a proxy the peer is the client.
    [InlineData("192.0.2.1", null, "192.0.2.1", false)]
    [InlineData("127.0.0.1", null, "127.0.0.1", true)]
    [InlineData("::1", null, "::1", true)]
    [InlineData("::ffff:127.0.0.1", null, "127.0.0.1", true)]
    [InlineData("::ffff:192.0.2.1", null, "192.0.2.1", false)]
    [InlineData(null, null, "ip_unknown", false)]
    // Anyone else's header is ignored, but whoever sends one is not local.
    [InlineData("192.0.2.1", "198.51.100.1", "192.0.2.1", false)]
    [InlineData("127.0.0.1", "198.51.100.1", "127.0.0.1", false)]
    // A trusted proxy's header counts, from the right, as far as trusted proxies wrote it.
    [InlineData("10.0.0.1", "198.51.100.1", "198.51.100.1", false)]
    [InlineData("::ffff:10.0.0.1", "198.51.100.1", "198.51.100.1", false)]
    [InlineData("10.0.0.1", "1.2.3.4, 198.51.100.1", "198.51.100.1", false)]
    [InlineData("10.0.0.1", "1.2.3.4,198.51.100.1, 10.9.9.9", "198.51.100.1", false)]
    [InlineData("10.0.0.1", "10.1.1.1,10.2.2.2", "10.1.1.1", false)]
    [InlineData("10.0.0.1", "198.51.100.1:4711", "198.51.100.1", false)]
    [InlineData("10.0.0.1", "[2001:db8::1]:4711", "2001:db8::1", false)]
    [InlineData("10.0.0.1", "2001:db8::1", "2001:db8::1", false)]
    [InlineData("10.0.0.1", "127.0.0.1", "127.0.0.1", false)]
    // Nonsense stops the walk.
    [InlineData("10.0.0.1", "", "10.0.0.1", false)]
    [InlineData("10.0.0.1", "unknown", "10.0.0.1", false)]
    [InlineData("10.0.0.1", "198.51.100.1, unknown, 10.1.1.1", "10.1.1.1", false)]
    public void Read_TellsTheClient(string? peer, string? forwarded, string client, bool isLocal)
    {
        var context = new DefaultHttpContext();
        context.Connection.RemoteIpAddress = peer is null ? null : IPAddress.Parse(peer);
        if (forwarded is not null) context.Request.Headers["X-Forwarded-For"] = forwarded;
        var address = new ClientAddressReader([IPNetwork.Parse("10.0.0.0/8")]).Read(context);
        Assert.Equal((client, isLocal), (address.ToString(), address.IsLocal));
    }

    [Fact]
    public void Read_OfEndlessTrustedHops_Ends()
    {
        var context = new DefaultHttpContext();
        context.Connection.RemoteIpAddress = IPAddress.Parse("10.0.0.1");
        context.Request.Headers["X-Forwarded-For"] = string.Join(',', Enumerable.Range(1, 200).Select(static i => $"10.0.0.{i}"));
        Assert.Equal("10.0.0.185", new ClientAddressReader([IPNetwork.Parse("10.0.0.0/8")]).Read(context).ToString());
    }

    [Theory]
    [InlineData("192.0.2.1", "192.0.2.1")]
    [InlineData("::ffff:192.0.2.1", "192.0.2.1")]
    [InlineData("2001:db8:1:2:3:4:5:6", "2001:db8:1:2::/64")]
    public void LimitKey_IsTheAddress_OrTheNetworkOfOneCustomer(string address, string key) =>
        Assert.Equal(key, new ClientAddress(IPAddress.Parse(address), false).LimitKey);
}
