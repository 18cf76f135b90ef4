using Google.Protobuf;
using Xmtp.Conformance.Vectors;
using Xmtp.ContentTypes;
using Xmtp.Protocol.Errors;
using Proto = Xmtp.Protocol.MessageContents;

namespace Xmtp.Conformance;

/// <summary>File 10.</summary>
public sealed class ContentTypesTests
{
    private static readonly Vector Rows = VectorFiles.Open("10-content-types")["content_types"];
    private static readonly CodecRegistry Full = CodecRegistry.Default.With(new NumberCodec());
    private static readonly CodecRegistry TextOnly = new([new TextCodec()]);

    /// <summary>What the published text codec and inflater refuse and this project reads.</summary>
    private static readonly HashSet<string> ReadableHere = ["text_deflate_over_1000", "text_no_encoding_parameter"];

    public static TheoryData<string> Encodable => [.. Rows.Items.Where(static row => row.Has("content")).Select(static row => row["name"].Text)];

    public static TheoryData<string> Decodable => [.. Rows.Items.Select(static row => row["name"].Text)];

    [Theory]
    [MemberData(nameof(Encodable))]
    public void Encode_OfARow_GivesTheVectorsBytes(string name)
    {
        var row = Rows.Named(name);
        var type = ContentValues.Type(row["content_type"]);
        var content = ContentValues.Read(type, row["content"]);
        var compression = row.Find("compression") is { IsNull: false } value ? (Proto.Compression?)value.Integer : null;

        // As a sender who wants compression would ask for it; here without the care for readers that stop at 1000 bytes.
        var limits = new ContentLimits { CompressedSourceLengthMax = 100_000 };
        var wanted = compression ?? (name == "text_deflate_short_not_compressed" ? Proto.Compression.Deflate : null);
        var encoded = Full.WithLimits(limits).Encode(content, type, wanted);

        Assert.Equal(compression, encoded.HasCompression ? encoded.Compression : null);
        Assert.Equal(type.ToProto(), encoded.Type);
        Assert.Equal(row["should_push"].Flag, Full.ShouldPush(content, type));
        if (row.Find("parameters") is { } parameters) Assert.Equal(parameters.Texts, encoded.Parameters);
        if (row.Find("fallback") is { } fallback) Assert.Equal(fallback.TextOrNull, encoded.HasFallback ? encoded.Fallback : null);
        var expected = Proto.EncodedContent.Parser.ParseFrom(row["encoded_content_bytes"].Bytes);
        Assert.Equal(row["content_bytes"].Bytes, expected.Content.ToByteArray());
        if (compression is null) Assert.Equal(row["encoded_content_bytes"].Bytes, encoded.ToByteArray());
        else Assert.Equal(EncodedContents.Inflate(expected, 2000), EncodedContents.Inflate(encoded, 2000));
    }

    [Theory]
    [MemberData(nameof(Decodable))]
    public void Decode_WithEveryCodec_GivesWhatClientsReport(string name)
    {
        var row = Rows.Named(name);
        if (row.Find("content_type") is { } type)
            Assert.Equal(ContentValues.Type(type).ToProto(), EncodedContents.Parse(row["encoded_content_bytes"].Bytes).Type);
        if (row.Find("decoded_by_client_with_codec") is { } expected)
        {
            AssertDecoded(name, row, expected, Full);
            return;
        }

        var decoded = Full.Decode(row["encoded_content_bytes"].Bytes);
        Assert.Equal(ContentValues.Comparable(ContentValues.Read(decoded.Type, row["content"])), ContentValues.Comparable(decoded.Content));
    }

    [Theory]
    [MemberData(nameof(Decodable))]
    public void Decode_WithTheTextCodecAlone_GivesFallbackForTheRest(string name)
    {
        var row = Rows.Named(name);
        if (row.Find("decoded_by_client_with_text_codec_only") is { } expected) AssertDecoded(name, row, expected, TextOnly);
    }

    private static void AssertDecoded(string name, Vector row, Vector expected, CodecRegistry registry)
    {
        var bytes = row["encoded_content_bytes"].Bytes;
        if (expected.Find("throws") is { } throws)
        {
            Assert.NotEmpty(throws.Text);
            if (ReadableHere.Contains(name))
            {
                var text = registry.Decode(bytes).Content;
                Assert.Equal(row.Find("content")?.Text ?? "no parameter", text);
                return;
            }

            var failure = Assert.Throws<XmtpException>(() => registry.Decode(bytes));
            Assert.True(failure.Code == ErrorCatalogue.MalformedData || failure.Code == ErrorCatalogue.ContentUnsupported, failure.Code.Id);
            return;
        }

        var decoded = registry.Decode(bytes);
        if (expected.Find("error") is { } error) Assert.Equal(error.TextOrNull, decoded.Error);
        else Assert.Null(decoded.Error);
        Assert.Equal(expected.Find("fallback")?.TextOrNull, decoded.Fallback);
        var content = expected["content"];
        if (content.IsNull) Assert.Null(decoded.Content);
        else Assert.Equal(ContentValues.Read(decoded.Type, content), decoded.Content);
    }
}
