using System.Globalization;
using Xmtp.Client.Push;
using Xmtp.Conformance.Vectors;

namespace Xmtp.Conformance;

/// <summary>File 09.</summary>
public sealed class PushHmacTests
{
    private static readonly Vector Root = VectorFiles.Open("09-hmac-keys");

    public static TheoryData<int> Keys => [.. Enumerable.Range(0, Root["keys"].Count)];

    public static TheoryData<int> Macs => [.. Enumerable.Range(0, Root["sender_hmacs"].Count)];

    [Theory]
    [MemberData(nameof(Keys))]
    public void Key_OfAPeriod_IsTheVectors(int index)
    {
        var vector = Root["keys"][index];

        var key = PushHmac.Key(Root["key_material"].Bytes, vector["address"].Address, vector["period"].Integer);

        Assert.Equal(vector["hmac_key"].Bytes, key.Key.ToArray());
        Assert.Equal(vector["info"].Text, string.Create(CultureInfo.InvariantCulture, $"{key.Period}-{vector["address"].Address}"));
    }

    [Fact]
    public void Keys_HandedToAServer_CoverThreePeriodsAroundTheClock()
    {
        var now = Root["clock_ms"].Milliseconds;
        foreach (var address in Root["keys"].Items.Select(static key => key["address"].Address).Distinct())
        {
            var keys = PushHmac.Keys(Root["key_material"].Bytes, address, now);

            Assert.Equal([PushHmac.Period(now) - 1, PushHmac.Period(now), PushHmac.Period(now) + 1], keys.Select(static key => key.Period));
            foreach (var key in keys)
            {
                var vector = Root["keys"].Items.Single(item => item["address"].Address == address && item["period"].Integer == key.Period);
                Assert.Equal(vector["hmac_key"].Bytes, key.Key.ToArray());
            }
        }
    }

    [Theory]
    [MemberData(nameof(Macs))]
    public void Verify_OfTheVectorsMac_HoldsForItsSenderAndPeriodAlone(int index)
    {
        var vector = Root["sender_hmacs"][index];
        using var sender = Person.Named(vector["sender"].Text, Xmtp.Cryptography.ManagedCryptoProvider.Instance);
        Assert.Equal(VectorFiles.Open("08-messages-v2")["topic"].Text, Root["topic"].Text);
        foreach (var item in Root["keys"].Items)
        {
            var key = new PushHmacKey(item["period"].Integer, item["hmac_key"].Bytes);
            var isTheOne = item["address"].Address == sender.Address && item["period"].Integer == vector["period"].Integer;

            Assert.Equal(isTheOne, PushHmac.Verify(key, vector["header_bytes"].Bytes, vector["sender_hmac"].Bytes));
        }
    }
}
