using System.Net;
using Microsoft.AspNetCore.Connections;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.Extensions.Logging.Abstractions;
using System.Security.Cryptography.X509Certificates;
using Xmtp.Node.Core.Keys;
using Xmtp.Node.Network;

namespace Xmtp.Node.Tests.Network;

public sealed class ConnectionGateTests
{
    private readonly ConnectionGate _gate = new(NullLogger<ConnectionGate>.Instance);

    [Fact]
    public async Task BeforeHandshake_TooManyFromOneAddress_RefusesThemAndNobodyElse()
    {
        var open = Enumerable.Range(0, ConnectionGate.WithoutKeyMax).Select(_ => new Connection(_gate, "192.0.2.1")).ToList();
        Assert.All(open, static connection => Assert.True(connection.IsServed));
        Assert.False(new Connection(_gate, "192.0.2.1").IsServed);
        Assert.False(new Connection(_gate, "::ffff:192.0.2.1").IsServed);
        var other = new Connection(_gate, "192.0.2.2");
        Assert.True(other.IsServed);

        await open[0].EndAsync();
        var next = new Connection(_gate, "192.0.2.1");
        Assert.True(next.IsServed);
        foreach (var connection in open.Skip(1).Append(next).Append(other)) await connection.EndAsync();
        Assert.Equal(0, _gate.AddressCount);
    }

    [Fact]
    public async Task BeforeHandshake_OneIPv6Network_CountsAsOne()
    {
        var open = Enumerable.Range(0, ConnectionGate.WithoutKeyMax).Select(i => new Connection(_gate, $"2001:db8::{i + 1:x}")).ToList();
        Assert.False(new Connection(_gate, "2001:db8::ffff").IsServed);
        Assert.True(new Connection(_gate, "2001:db8:0:1::1").IsServed);
        foreach (var connection in open) await connection.EndAsync();
    }

    [Fact]
    public void BeforeHandshake_Loopback_IsExempt()
    {
        for (var i = 0; i < 1000; i++) Assert.True(new Connection(_gate, "127.0.0.1").IsServed);
        Assert.Equal(0, _gate.AddressCount);
    }

    [Fact]
    public async Task AfterHandshake_WithKey_MakesRoomForOthersUpToItsOwnLimit()
    {
        using var key = NodeKey.Generate();
        using var certificate = NodeCertificate.Create(key);
        var open = new List<Connection>();
        for (var i = 0; i < ConnectionGate.WithKeyMax; i++)
        {
            open.Add(new Connection(_gate, "192.0.2.1", certificate));
            Assert.True(open[^1].IsServed);
        }

        Assert.False(new Connection(_gate, "192.0.2.1", certificate).IsServed);
        var plain = new Connection(_gate, "192.0.2.1");
        Assert.True(plain.IsServed);
        foreach (var connection in open.Append(plain)) await connection.EndAsync();
        Assert.Equal(0, _gate.AddressCount);
    }

    private sealed class Connection
    {
        private readonly TaskCompletionSource _end = new();
        private readonly Task _running;

        public Connection(ConnectionGate gate, string address, X509Certificate2? certificate = null)
        {
            var context = new DefaultConnectionContext { RemoteEndPoint = new IPEndPoint(IPAddress.Parse(address), 1234) };
            if (certificate is not null) context.Features.Set<ITlsConnectionFeature>(new Tls { ClientCertificate = certificate });
            _running = gate.BeforeHandshake(gate.AfterHandshake(_ =>
            {
                IsServed = true;
                return _end.Task;
            }))(context);
        }

        public bool IsServed { get; private set; }

        public async Task EndAsync()
        {
            _end.SetResult();
            await _running;
        }
    }

    private sealed class Tls : ITlsConnectionFeature
    {
        public X509Certificate2? ClientCertificate { get; set; }

        public Task<X509Certificate2?> GetClientCertificateAsync(CancellationToken cancellationToken) => Task.FromResult(ClientCertificate);
    }
}
