using System.Globalization;
using System.Text;
using System.Text.Json;
using Google.Protobuf;
using Xmtp.Cli.Decoding;
using Xmtp.Cli.Inspection;
using Xmtp.Protocol.MessageApi.V1;
using Xmtp.TestSupport;

namespace Xmtp.Cli.Tests.Decoding;

/// <summary>Recognition, against everything that the published client made.</summary>
public class BlobDecoderTests
{
    [Theory]
    [InlineData("01-identity-v1.json", "public_key_bundle_bytes", "public-key-bundle")]
    [InlineData("01-identity-v1.json", "private_key_bundle_bytes", "private-key-bundle")]
    [InlineData("01-identity-v1.json", "private_key_bundle_v1_bytes", "private-key-bundle")]
    [InlineData("02-identity-v2.json", "signed_public_key_bundle_bytes", "signed-public-key-bundle")]
    [InlineData("02-identity-v2.json", "private_key_bundle_bytes", "private-key-bundle")]
    [InlineData("02-identity-v2.json", "converts_back_to_public_key_bundle_bytes", "public-key-bundle")]
    [InlineData("03-contact-bundles.json", "contact_bundle_bytes", "contact-bundle,public-key-bundle")]
    [InlineData("04-encrypted-private-key-bundle.json", "encrypted_private_key_bundle_bytes", "encrypted-private-key-bundle")]
    [InlineData("06-messages-v1.json", "message_bytes", "message-v1")]
    [InlineData("07-invitations.json", "sealed_invitation_bytes", "sealed-invitation")]
    [InlineData("08-messages-v2.json", "message_bytes", "message-v2,sealed-invitation")]
    [InlineData("10-content-types.json", "encoded_content_bytes", "encoded-content,")]
    [InlineData("13-auth-token.json", "token_bytes", "publish-token,")]
    [InlineData("17-client-trace.json", "message_bytes", "contact-bundle,encrypted-private-key-bundle,sealed-invitation,message-v1,message-v2,consent")]
    [InlineData("17-client-trace.json", "decoded_message_bytes", "decoded-message")]
    public void Decode_EveryVector_IsWhatItIs(string file, string member, string kinds)
    {
        var found = Texts(file, member).Select(hex => (hex, Kinds: BlobKinds.Recognise(Convert.FromHexString(hex)).Select(static output => output.Kind).ToList())).ToList();
        Assert.NotEmpty(found);
        Assert.All(found, match => Assert.Contains(string.Join('+', match.Kinds), kinds.Split(',')));

        // Every kind that was allowed for is there: a wide allowance would hide a reader that reads nothing.
        Assert.All(kinds.Split(',', StringSplitOptions.RemoveEmptyEntries), kind => Assert.Contains(found, match => match.Kinds.Contains(kind)));
    }

    [Theory]
    [InlineData("01-identity-v1.json", "public_key_bytes")]
    [InlineData("01-identity-v1.json", "unsigned_public_key_bytes")]
    [InlineData("01-identity-v1.json", "private_key_proto_bytes")]
    [InlineData("05-key-agreement.json", "ciphertext_proto_bytes")]
    [InlineData("06-messages-v1.json", "header_bytes")]
    [InlineData("07-invitations.json", "header_bytes")]
    [InlineData("07-invitations.json", "invitation_v1_bytes")]
    [InlineData("08-messages-v2.json", "signed_content_bytes")]
    [InlineData("08-messages-v2.json", "header_bytes")]
    [InlineData("13-auth-token.json", "auth_data_bytes")]
    [InlineData("14-consent.json", "action_bytes")]
    [InlineData("16-local-ecies.json", "signed_ecies_ciphertext_bytes")]
    public void Decode_PartsOfBlobs_AreTakenForNothing(string file, string member)
    {
        var texts = Texts(file, member);
        Assert.NotEmpty(texts);
        Assert.All(texts, static hex => Assert.Empty(BlobKinds.Recognise(Convert.FromHexString(hex))));
    }

    [Fact]
    public void Decode_Consent_IsWhatItIs()
    {
        // One of these is a consent proof, which is another thing.
        var found = Texts("14-consent.json", "payload_bytes").Select(static hex => string.Join('+', BlobKinds.Recognise(Convert.FromHexString(hex)).Select(static output => output.Kind))).ToList();
        Assert.Equal(6, found.Count(static kind => kind == "consent"));
        Assert.Equal(1, found.Count(static kind => kind.Length == 0));
    }

    [Fact]
    public void Decode_Envelopes_SayWhatIsInside()
    {
        var message = Vectors.Load("08-messages-v2.json").GetProperty("messages")[0];
        var envelope = new Envelope
        {
            ContentTopic = message.GetProperty("published_to").GetString(),
            TimestampNs = ulong.Parse(message.GetProperty("envelope_timestamp_ns").GetString()!, CultureInfo.InvariantCulture),
            Message = ByteString.CopyFrom(Convert.FromHexString(message.GetProperty("message_bytes").GetString()!)),
        };
        var output = BlobDecoder.Decode(envelope.ToByteArray(), null).Output;
        Assert.Equal(("envelope", "message-v2"), (output.Kind, output.Inner?.Kind));
        Assert.Equal(output.Fields["sentNs"], output.Inner!.Fields["sentNs"]);
        Assert.True(Assert.Single(output.Verdicts, static verdict => verdict.Name == "topic").Holds);

        var json = $$"""{"contentTopic":"{{envelope.ContentTopic}}","timestampNs":"{{envelope.TimestampNs}}","message":"{{envelope.Message.ToBase64()}}"}""";
        output = BlobDecoder.Decode(Encoding.UTF8.GetBytes(json), null).Output;
        Assert.Equal(("envelope-json", "message-v2"), (output.Kind, output.Inner?.Kind));
        var push = $$"""{"topic":"{{envelope.ContentTopic}}","encryptedMessage":"{{envelope.Message.ToBase64()}}","messageType":"v2-conversation"}""";
        Assert.Equal("push-notification", BlobDecoder.Decode(Encoding.UTF8.GetBytes(push), null).Output.Kind);

        // On another topic the same message is out of place, and that is said.
        envelope.ContentTopic = "/xmtp/0/m-other/proto";
        Assert.False(BlobDecoder.Decode(envelope.ToByteArray(), null).Output.Verdicts.Single(static verdict => verdict.Name == "topic").Holds);
    }

    [Fact]
    public void Decode_Topics_AreClassified()
    {
        var topics = Texts("12-topics.json", "topic").Distinct().ToList();
        Assert.All(topics, static topic => Assert.Equal("topic", BlobDecoder.Decode(Encoding.UTF8.GetBytes(topic + "\n"), null).Output.Kind));
        Assert.Throws<InspectException>(() => BlobDecoder.Decode("/xmtp/1/unknown"u8, null));
    }

    [Fact]
    public void Decode_EveryForm_GivesTheSame()
    {
        var bytes = Vectors.Load("08-messages-v2.json").GetProperty("messages")[0].Bytes("message_bytes");
        var expected = BlobDecoder.Decode(bytes, null).Output.Fields;
        string[] forms = [Convert.ToHexStringLower(bytes), "0x" + Convert.ToHexString(bytes), Convert.ToBase64String(bytes, Base64FormattingOptions.InsertLineBreaks) + "\n", System.Buffers.Text.Base64Url.EncodeToString(bytes)];
        Assert.All(forms, form => Assert.Equal(expected, BlobDecoder.Decode(Encoding.ASCII.GetBytes(form), null).Output.Fields));
        Assert.All(forms, form => Assert.Equal(expected, BlobDecoder.Decode(Encoding.ASCII.GetBytes(form), "message-v2").Output.Fields));
        Assert.Throws<InspectException>(() => BlobDecoder.Decode(bytes, "consent"));
    }

    [Fact]
    public void Decode_Header_OfATokenHolds()
    {
        var header = Vectors.Load("13-auth-token.json").GetProperty("tokens")[0].GetProperty("header_value").GetString()!;
        var output = BlobDecoder.Decode(Encoding.ASCII.GetBytes(header), null).Output;
        Assert.Equal("publish-token", output.Kind);
        Assert.True(output.Verdicts.Single(static verdict => verdict.Name == "signatures").Holds);
    }

    [Fact]
    public void Decode_DamagedAndRandomBytes_AreNeverTakenForAnotherKind()
    {
        var seed = Random.Shared.Next();
        var random = new Random(seed);
        (string File, string Member, string Kind)[] samples =
        [
            ("01-identity-v1.json", "public_key_bundle_bytes", "public-key-bundle"), ("02-identity-v2.json", "signed_public_key_bundle_bytes", "signed-public-key-bundle"),
            ("06-messages-v1.json", "message_bytes", "message-v1"), ("07-invitations.json", "sealed_invitation_bytes", "sealed-invitation"),
        ];
        foreach (var (file, member, kind) in samples)
        {
            var bytes = Convert.FromHexString(Texts(file, member)[0]);
            for (var i = 0; i < 50; i++)
            {
                var damaged = bytes.ToArray();
                damaged[random.Next(damaged.Length)] ^= (byte)(1 << random.Next(8));
                Assert.All(BlobKinds.Recognise(damaged), output => Assert.True(output.Kind == kind, $"seed {seed}: {Convert.ToHexString(damaged)} is taken for {output.Kind}"));
                var noise = new byte[random.Next(1, 400)];
                random.NextBytes(noise);
                Assert.True(!BlobKinds.Recognise(noise).Any(), $"seed {seed}: {Convert.ToHexString(noise)}");
            }
        }
    }

    private static List<string> Texts(string file, string member)
    {
        var found = new List<string>();
        Walk(Vectors.Load(file));
        return found;

        void Walk(JsonElement element)
        {
            if (element.ValueKind == JsonValueKind.Array) foreach (var item in element.EnumerateArray()) Walk(item);
            if (element.ValueKind != JsonValueKind.Object) return;
            foreach (var property in element.EnumerateObject())
            {
                if (property.Name == member && property.Value.ValueKind == JsonValueKind.String) found.Add(property.Value.GetString()!);
                else Walk(property.Value);
            }
        }
    }
}
