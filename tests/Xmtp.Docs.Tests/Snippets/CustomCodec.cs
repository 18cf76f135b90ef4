using System.Globalization;
using Google.Protobuf;
using Xmtp.Client;
using Xmtp.ContentTypes;
using Xmtp.Identity;
using Xmtp.Protocol.MessageContents;
using ContentTypeId = Xmtp.ContentTypes.ContentTypeId;

namespace Xmtp.Docs.Tests.Snippets;

#region snippet:custom-codec
public sealed record Position(double Latitude, double Longitude);

public sealed class PositionCodec : IContentCodec<Position>
{
    public ContentTypeId ContentType { get; } = new("shop.example", "position");

    public EncodedContent Encode(Position content, CodecContext context) => new()
    {
        Content = ByteString.CopyFromUtf8(string.Create(CultureInfo.InvariantCulture, $"{content.Latitude} {content.Longitude}")),
    };

    public Position Decode(EncodedContent encoded, CodecContext context)
    {
        var parts = encoded.Content.ToStringUtf8().Split(' ');
        return new Position(double.Parse(parts[0], CultureInfo.InvariantCulture), double.Parse(parts[1], CultureInfo.InvariantCulture));
    }

    public string? Fallback(Position content) => "Sent a position.";
}
#endregion

public class CustomCodec(SnippetNode snippetNode) : SnippetTest(snippetNode)
{
    [Fact]
    public async Task Send_OwnType_IsReadWithTheCodecAndFallsBackWithout()
    {
        using var wallet = PrivateKeyWallet.Generate();
        await using var known = await JoinAsync();
        var (node, peer, cancellationToken) = (Node, known.Address, Limit);
        #region snippet:custom-codec-use
        var options = new XmtpClientOptions { Nodes = [node], Codecs = CodecRegistry.Default.With(new PositionCodec()) };
        await using var client = await XmtpClient.CreateAsync(wallet, options, cancellationToken);
        var conversation = await client.Conversations.NewConversationAsync(peer, cancellationToken: cancellationToken);
        await conversation.SendAsync(new Position(59.91, 10.75), cancellationToken);
        #endregion
        var sent = await conversation.ListMessagesAsync(cancellationToken: cancellationToken).SingleAsync(cancellationToken);
        Assert.Equal(new Position(59.91, 10.75), sent.Content);

        var received = await (await known.Conversations.ListAsync(cancellationToken: cancellationToken)).Single()
            .ListMessagesAsync(cancellationToken: cancellationToken).SingleAsync(cancellationToken);
        Assert.Null(received.Content);
        Assert.Equal("Sent a position.", received.Fallback);
        Assert.Equal("unknown content type shop.example/position:1.0", received.Error);
    }
}
