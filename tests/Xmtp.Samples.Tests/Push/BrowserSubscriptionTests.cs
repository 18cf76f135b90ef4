using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text;

namespace Xmtp.Samples.Tests.Push;

public class BrowserSubscriptionTests
{
    // RFC 8291, section 5 and appendix A.
    private const string Body =
        "DGv6ra1nlYgDCS1FRnbzlwAAEABBBP4z9KsN6nGRTbVYI_c7VJSPQTBtkgcy27mlmlMoZIIgDll6e3vCYLocInmYWAmS6TlzAC8wEqKK6PBru3jl7A_yl95bQpu6cVPT"
        + "pK4Mqgkf1CXztLVBSt2Ks3oZwbuwXPXLWyouBWLVWGNWQexSgSxsj_Qulcy4a-fN";

    [Fact]
    public void Decrypt_ExampleOfTheRfc_GivesItsText()
    {
        using var browser = Example();
        Assert.Equal("When I grow up, I want to be a watermelon", Encoding.UTF8.GetString(browser.Decrypt(Base64Url.DecodeFromChars(Body))));
    }

    [Fact]
    public void Decrypt_ChangedByte_IsRefused()
    {
        using var browser = Example();
        var body = Base64Url.DecodeFromChars(Body);
        body[^1] ^= 1;
        Assert.ThrowsAny<CryptographicException>(() => browser.Decrypt(body));
    }

    private static BrowserSubscription Example() => new(
        "q1dXpw3UpT5VOmu_cf_v6ih07Aems3njxI-JWgLcM94",
        "BCVxsr7N_eNgVRqvHtD0zTZsEc6-VV-JvLexhqUzORcxaOzi6-AYWXvTBHm4bjyPjs7Vd8pZGH6SRpkNtoIAiw4", "BTBZMqHH6r4Tts7J_aSIgg");
}
