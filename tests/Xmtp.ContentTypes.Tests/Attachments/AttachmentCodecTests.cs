using System.Text;
using Google.Protobuf;
using Xmtp.Protocol.Errors;
using Xmtp.TestSupport;

namespace Xmtp.ContentTypes.Tests.Attachments;

public class AttachmentCodecTests
{
    [Fact]
    public void RoundTrip_AnyAttachment_IsKept()
    {
        var random = SeededRandom.Fresh();
        for (var round = 0; round < 200; round++)
        {
            var attachment = new Attachment(RandomText.Next(random, random.Number(20)), RandomText.Next(random, 3), random.Bytes(random.Number(3000)));
            var decoded = CodecRegistry.Default.Decode(CodecRegistry.Default.Encode(attachment).ToByteArray());
            Assert.True(attachment.Equals(decoded.Content), random.ToString());
            Assert.Equal(attachment.GetHashCode(), decoded.Content!.GetHashCode());
        }
    }

    [Theory]
    [InlineData("filename")]
    [InlineData("mimeType")]
    public void Decode_MissingParameter_Fails(string parameter)
    {
        var encoded = CodecRegistry.Default.Encode(new Attachment("a", "b", new byte[1]));
        encoded.Parameters.Remove(parameter);
        ContentAssert.Fails(ErrorCatalogue.MalformedData, () => CodecRegistry.Default.Decode(encoded));
    }

    [Fact]
    public void Equals_OtherBytes_IsFalse()
    {
        var attachment = new Attachment("a", "b", new byte[] { 1, 2 });
        Assert.NotEqual(attachment, attachment with { Data = new byte[] { 1, 3 } });
        Assert.Equal(attachment, attachment with { Data = new byte[] { 1, 2 } });
    }

    [Theory]
    [InlineData("note.txt", "note.txt")]
    [InlineData("../../etc/passwd", "passwd")]
    [InlineData("C:\\Windows\\System32\\evil.dll", "evil.dll")]
    [InlineData("..", "attachment")]
    [InlineData("", "attachment")]
    [InlineData("a/", "attachment")]
    [InlineData(".bashrc", "bashrc")]
    [InlineData("name. . ", "name")]
    [InlineData("CON", "_CON")]
    [InlineData("nul.txt", "_nul.txt")]
    [InlineData("com1.log", "_com1.log")]
    [InlineData("LPT¹", "_LPT¹")]
    [InlineData("aux .txt", "_aux .txt")]
    [InlineData("console.txt", "console.txt")]
    [InlineData("a\0b\n<c>|d?*\":.png", "abcd.png")]
    [InlineData("invoice\u202egnp.exe", "invoicegnp.exe")]
    [InlineData("写真 📷.jpg", "写真 📷.jpg")]
    [InlineData("a\ud800b", "ab")]
    public void SafeFileName_AnyName_IsOnePlainName(string name, string safe) =>
        Assert.Equal(safe, new Attachment(name, "", default).SafeFileName);

    [Fact]
    public void SafeFileName_EndlessName_KeepsItsExtension()
    {
        var safe = new Attachment(new string('写', 5000) + ".jpeg", "", default).SafeFileName;
        Assert.EndsWith("写.jpeg", safe, StringComparison.Ordinal);
        Assert.InRange(Encoding.UTF8.GetByteCount(safe), 190, 200);
    }
}
