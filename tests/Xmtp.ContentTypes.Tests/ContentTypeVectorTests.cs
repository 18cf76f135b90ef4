using System.Text.Json;
using Google.Protobuf;
using Xmtp.Protocol.Errors;
using Xmtp.TestSupport;
using Proto = Xmtp.Protocol.MessageContents;

namespace Xmtp.ContentTypes.Tests;

public class ContentTypeVectorTests
{
    private const string File = "10-content-types.json";

    // The limit on what is compressed is lifted where a row was written without one.
    private static readonly CodecRegistry Registry =
        CodecRegistry.Default.With(new NumberCodec()).WithLimits(new ContentLimits { CompressedSourceLengthMax = int.MaxValue });

    private static readonly CodecRegistry TextOnly = new([new TextCodec()]);

    public static TheoryData<string> Described => [.. Rows(row => row.Has("content")).Select(row => row.Text("name"))];

    public static TheoryData<string> ReadByTextClients =>
        [.. Rows(row => row.Has("decoded_by_client_with_text_codec_only")).Select(row => row.Text("name"))];

    [Theory]
    [MemberData(nameof(Described))]
    public void Decode_DescribedRow_GivesTheContent(string name)
    {
        var row = Row(name);
        var decoded = Registry.Decode(row.Bytes("encoded_content_bytes"));

        Assert.Null(decoded.Error);
        Assert.Equal(VectorContent.ReadType(row.Member("content_type")), decoded.Type);
        Assert.Equal(row.Has("fallback") ? row.Text("fallback") : null, decoded.Fallback);
        Assert.Equal(row.Member("should_push").GetBoolean(), decoded.ShouldPush);
        ContentAssert.Same(Value(row), decoded.Content);
    }

    [Theory]
    [MemberData(nameof(Described))]
    public void Encode_DescribedRow_GivesTheBytes(string name)
    {
        var row = Row(name);
        var value = Value(row);
        var encoded = Registry.Encode(value, Compression(row));

        Assert.Equal(row.Member("should_push").GetBoolean(), Registry.ShouldPush(value));
        var expected = EncodedContents.Parse(row.Bytes("encoded_content_bytes"));
        Assert.Equal(expected.HasCompression, encoded.HasCompression);
        Assert.Equal(EncodedContents.Inflate(expected, 1 << 20), EncodedContents.Inflate(encoded, 1 << 20));
        if (!expected.HasCompression)
        {
            Assert.Equal(row.Text("encoded_content_bytes"), Vectors.Hex(encoded.ToByteArray()));
            Assert.Equal(row.Text("content_bytes"), Vectors.Hex(encoded.Content.Span));
        }
    }

    [Theory]
    [MemberData(nameof(ReadByTextClients))]
    public void Decode_WithTheTextCodecOnly_GivesErrorAndFallback(string name)
    {
        var row = Row(name);
        var expected = row.Member("decoded_by_client_with_text_codec_only");
        var decoded = TextOnly.Decode(row.Bytes("encoded_content_bytes"));

        // One row cannot be read by the JavaScript client, because of a limit that is meant not to be copied.
        if (expected.Has("throws"))
        {
            Assert.Equal("text_deflate_over_1000", name);
            Assert.Equal(row.Text("content"), decoded.Content);
            return;
        }

        Assert.Equal(expected.Has("content") ? expected.Text("content") : null, decoded.Content);
        Assert.Equal(expected.Has("error") ? expected.Text("error") : null, decoded.Error);
        Assert.Equal(expected.Has("fallback") ? expected.Text("fallback") : null, decoded.Fallback);
        Assert.Equal(expected.Has("content"), decoded.IsKnown);
    }

    [Theory]
    [InlineData("text_newer_major")]
    [InlineData("text_newer_minor")]
    [InlineData("reaction_legacy_form")]
    public void Decode_UndescribedRow_GivesWhatTheClientGot(string name)
    {
        var row = Row(name);
        var expected = row.Member("decoded_by_client_with_codec");
        var decoded = Registry.Decode(row.Bytes("encoded_content_bytes"));

        object? content = !expected.Has("content") ? null
            : expected.Member("content").ValueKind == JsonValueKind.String ? expected.Text("content")
            : VectorContent.Read(expected.Member("content"), decoded.Type.TypeId);
        ContentAssert.Same(content, decoded.Content);
        Assert.Equal(expected.Has("error") ? expected.Text("error") : null, decoded.Error);
        Assert.Equal(expected.Has("fallback") ? expected.Text("fallback") : null, decoded.Fallback);
    }

    [Theory]
    [InlineData("missing_type", "XMTP4006")]
    [InlineData("bad_compression_value", "XMTP4008")]
    public void Decode_UnreadableRow_FailsWithTheClientsWords(string name, string code)
    {
        var row = Row(name);
        var exception = ContentAssert.Fails(ErrorCatalogue.All[code], () => Registry.Decode(row.Bytes("encoded_content_bytes")));
        Assert.Contains(row.Member("decoded_by_client_with_codec").Text("throws"), exception.Message, StringComparison.Ordinal);
    }

    // Clients up to 11.6 accept it, and nothing is lost by reading it.
    [Fact]
    public void Decode_TextWithoutEncodingParameter_IsRead() =>
        Assert.Equal("no parameter", Registry.Decode(Row("text_no_encoding_parameter").Bytes("encoded_content_bytes")).Content);

    [Fact]
    public void Vectors_EveryRow_IsTestedHere()
    {
        string[] undescribed =
        [
            "text_newer_major", "text_newer_minor", "reaction_legacy_form", "missing_type", "bad_compression_value", "text_no_encoding_parameter",
        ];
        Assert.Equal(Rows(_ => true).Select(row => row.Text("name")).Order(), Described.Select(row => row.Data).Concat(undescribed).Order());
    }

    private static IEnumerable<JsonElement> Rows(Func<JsonElement, bool> filter) => Vectors.Load(File).Rows("content_types").Where(filter);

    private static JsonElement Row(string name) => Vectors.Load(File).Row("content_types", name);

    private static object Value(JsonElement row) => VectorContent.Read(row.Member("content"), row.Member("content_type").Text("type_id"));

    private static Proto.Compression? Compression(JsonElement row) =>
        row.Has("compression") ? (Proto.Compression)row.Number("compression")
        : row.Text("name") == "text_deflate_short_not_compressed" ? Proto.Compression.Deflate
        : null;
}
