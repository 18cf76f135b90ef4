using Grpc.Core;
using Xmtp.Protocol.MessageApi.V1;

namespace Xmtp.Client.Transport;

/// <summary>The metadata of client calls and the position marks, as <c>docs/reference/network.md</c> has them.</summary>
internal static class NodeMetadata
{
    public const string AckKey = "xmtp-ack";
    public const string PositionKey = "xmtp-position";
    public const string PositionIgnoredKey = "xmtp-position-ignored";

    /// <summary>The topic of position marks, which nobody can subscribe to.</summary>
    public const string PositionTopic = "xmtp-position";

    private const string NewPosition = "new";
    private const int TokenLengthMaxChars = 8_000;

    /// <summary>What asks for positions, and with a token for everything above it.</summary>
    public static Metadata.Entry AskPosition(string? token) => new(PositionKey, token ?? NewPosition);

    /// <summary>The position in an answer's headers; null when the node stated none that could be sent back.</summary>
    public static string? Position(Metadata headers) => headers.GetValue(PositionKey) is { } token && IsToken(token) ? token : null;

    /// <summary>Whether a node that states positions goes on from the one it was given.</summary>
    public static bool IsContinued(Metadata headers, string? token) =>
        token is not null && Position(headers) is not null && headers.GetValue(PositionIgnoredKey) is null;

    public static bool IsMark(Envelope envelope) => envelope.ContentTopic == PositionTopic;

    /// <summary>The position that a mark brings; null when it is none that could be sent back.</summary>
    public static string? MarkedPosition(Envelope mark) =>
        mark.Message.Length <= TokenLengthMaxChars && mark.Message.ToStringUtf8() is var token && IsToken(token) ? token : null;

    public static AckLevel? ReachedLevel(Metadata trailers) =>
        AckLevel.TryParse(trailers.GetValue(AckKey), null, out var level) ? level : null;

    // It goes into a header one day, where other characters would break the call.
    private static bool IsToken(string text) =>
        text.Length is > 0 and <= TokenLengthMaxChars && text != NewPosition && !text.AsSpan().ContainsAnyExceptInRange('!', '~');
}
