using Google.Protobuf;
using Grpc.Core;
using Xmtp.Node.Calls;
using Xmtp.Node.Errors;
using Xmtp.Protocol.Errors;
using Xmtp.Protocol.Network.V1;

namespace Xmtp.Node.Network;

/// <summary>
/// The methods between nodes, for either side. What comes in is counted before it is parsed, so that a frame within the size limit
/// cannot become many times as large in memory; fields that this software does not know are not kept.
/// </summary>
internal static class NetworkMethods
{
    /// <summary>Elements of one frame: several times what the fullest frame of a correct node has.</summary>
    public const int ElementsMax = 65_536;

    private const string ReplicationService = "xmtp.network.v1.Replication";

    /// <summary>The one stream of a pair of nodes.</summary>
    public static Method<Frame, Frame> Replicate { get; } =
        new(MethodType.DuplexStreaming, ReplicationService, "Replicate", MarshallerOf(Frame.Parser, isNested: true), MarshallerOf(Frame.Parser, isNested: true));

    /// <summary>A range of one log.</summary>
    public static Method<ReadRangeRequest, Entries> ReadRange { get; } =
        new(MethodType.ServerStreaming, ReplicationService, "ReadRange", MarshallerOf(ReadRangeRequest.Parser), MarshallerOf(Entries.Parser));

    /// <summary>All known nodes.</summary>
    public static Method<GetPeersRequest, GetPeersResponse> GetPeers { get; } =
        new(MethodType.Unary, ApiMethod.GetPeers.Service, ApiMethod.GetPeers.Name, MarshallerOf(GetPeersRequest.Parser), MarshallerOf(GetPeersResponse.Parser));

    /// <summary>All known nodes, then changes.</summary>
    public static Method<WatchPeersRequest, PeerChange> WatchPeers { get; } =
        new(MethodType.ServerStreaming, ApiMethod.WatchPeers.Service, ApiMethod.WatchPeers.Name, MarshallerOf(WatchPeersRequest.Parser), MarshallerOf(PeerChange.Parser));

    /// <summary>How far all held logs go.</summary>
    public static Method<GetHeadsRequest, GetHeadsResponse> GetHeads { get; } =
        new(MethodType.Unary, ApiMethod.GetHeads.Service, ApiMethod.GetHeads.Name, MarshallerOf(GetHeadsRequest.Parser), MarshallerOf(GetHeadsResponse.Parser));

    private static Marshaller<T> MarshallerOf<T>(MessageParser<T> parser, bool isNested = false) where T : class, IMessage<T>
    {
        var strict = parser.WithDiscardUnknownFields(true);
        return Marshallers.Create(
            static (message, context) =>
            {
                context.SetPayloadLength(message.CalculateSize());
                message.WriteTo(context.GetBufferWriter());
                context.Complete();
            },
            context =>
            {
                try
                {
                    var payload = context.PayloadAsReadOnlySequence();
                    ElementBound.Check(payload, isNested, ElementsMax);
                    return strict.ParseFrom(payload);
                }
                catch (Exception failure) when (failure is InvalidProtocolBufferException or XmtpException)
                {
                    throw RpcErrors.ToRpcException(RpcErrors.Describe(failure));
                }
            });
    }
}
