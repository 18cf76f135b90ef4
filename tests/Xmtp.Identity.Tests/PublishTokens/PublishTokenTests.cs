using Xmtp.TestSupport;

namespace Xmtp.Identity.Tests.PublishTokens;

public sealed class PublishTokenTests
{
    [Theory, ClassData(typeof(CryptoProviders))]
    public void CreateHeader_VectorTimes_GivesVectorHeaders(string provider)
    {
        foreach (var row in Vectors.Load("13-auth-token.json").Rows("tokens"))
        {
            using var keys = People.Keys(row.Text("name"), CryptoProviders.Get(provider));
            var now = DateTimeOffset.FromUnixTimeMilliseconds((long)row.Number("created_ms"));
            Assert.Equal(row.Text("header_value"), PublishToken.CreateHeader(keys, now));
        }
    }
}
