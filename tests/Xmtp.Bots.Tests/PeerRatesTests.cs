using Microsoft.Extensions.Time.Testing;
using Xmtp.Bots.Running;
using Xmtp.Cryptography;

namespace Xmtp.Bots.Tests;

public sealed class PeerRatesTests
{
    private static readonly EthereumAddress Peer = EthereumAddress.Parse("0x00000000000000000000000000000000000000aa");
    private readonly FakeTimeProvider _clock = new();

    [Fact]
    public void TryTake_MoreThanTheBound_IsRefusedAndToldOnce()
    {
        var rates = new PeerRates(2, TimeSpan.FromSeconds(10), _clock);
        Assert.True(rates.TryTake(Peer, out _));
        Assert.True(rates.TryTake(Peer, out _));
        Assert.False(rates.TryTake(Peer, out var isFirst));
        Assert.True(isFirst);
        Assert.False(rates.TryTake(Peer, out isFirst));
        Assert.False(isFirst);
    }

    [Fact]
    public void TryTake_AfterATime_IsAllowedInProportion()
    {
        var rates = new PeerRates(2, TimeSpan.FromSeconds(10), _clock);
        while (rates.TryTake(Peer, out _)) ;
        _clock.Advance(TimeSpan.FromSeconds(5));
        Assert.True(rates.TryTake(Peer, out _));
        Assert.False(rates.TryTake(Peer, out _));
        _clock.Advance(TimeSpan.FromHours(1));
        Assert.True(rates.TryTake(Peer, out _));
        Assert.True(rates.TryTake(Peer, out _));
        Assert.False(rates.TryTake(Peer, out _));
    }

    [Fact]
    public void TryTake_ManyPeers_ForgetsThoseWhoAreQuiet()
    {
        var rates = new PeerRates(2, TimeSpan.FromSeconds(10), _clock);
        for (var i = 0; i < 5000; i++)
        {
            _clock.Advance(TimeSpan.FromSeconds(1));
            rates.TryTake(EthereumAddress.Parse($"0x{i:x40}"), out _);
        }

        Assert.InRange(rates.Count, 1, 1100);
    }
}
