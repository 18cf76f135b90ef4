namespace Xmtp.Node.Calls;

/// <summary>One method of the API, as metrics and logs name it.</summary>
internal sealed class ApiMethod
{
    private const string Unary = "unary";
    private const string ServerStream = "server_stream";
    private const string BidirectionalStream = "bidi_stream";
    private const string Bootstrap = "xmtp.network.v1.Bootstrap";
    private const string MessageApi = "xmtp.message_api.v1.MessageApi";

    private ApiMethod(string service, string name, string kind) => (Service, Name, Kind) = (service, name, kind);

    public static ApiMethod Publish { get; } = new(MessageApi, "Publish", Unary);

    public static ApiMethod Query { get; } = new(MessageApi, "Query", Unary);

    public static ApiMethod BatchQuery { get; } = new(MessageApi, "BatchQuery", Unary);

    public static ApiMethod Subscribe { get; } = new(MessageApi, "Subscribe", ServerStream);

    public static ApiMethod Subscribe2 { get; } = new(MessageApi, "Subscribe2", BidirectionalStream);

    public static ApiMethod SubscribeAll { get; } = new(MessageApi, "SubscribeAll", ServerStream);

    public static ApiMethod GetPeers { get; } = new(Bootstrap, "GetPeers", Unary);

    public static ApiMethod WatchPeers { get; } = new(Bootstrap, "WatchPeers", ServerStream);

    public static ApiMethod GetHeads { get; } = new(Bootstrap, "GetHeads", Unary);

    public static ApiMethod HealthCheck { get; } = new("grpc.health.v1.Health", "Check", Unary);

    public static ApiMethod HealthWatch { get; } = new("grpc.health.v1.Health", "Watch", ServerStream);

    public static ApiMethod Reflection { get; } = new("grpc.reflection.v1.ServerReflection", "ServerReflectionInfo", BidirectionalStream);

    public static ApiMethod ReflectionAlpha { get; } = new("grpc.reflection.v1alpha.ServerReflection", "ServerReflectionInfo", BidirectionalStream);

    /// <summary>Every method that is served.</summary>
    public static IReadOnlyList<ApiMethod> All { get; } =
        [Publish, Query, BatchQuery, Subscribe, Subscribe2, SubscribeAll, GetPeers, WatchPeers, GetHeads, HealthCheck, HealthWatch, Reflection, ReflectionAlpha];

    /// <summary>The method of that name; null when it is none of these.</summary>
    public static ApiMethod? Find(string service, string name) => All.FirstOrDefault(method => method.Service == service && method.Name == name);

    /// <summary>Full name of the service.</summary>
    public string Service { get; }

    /// <summary>Name of the method.</summary>
    public string Name { get; }

    /// <summary>The label <c>grpc_type</c>.</summary>
    public string Kind { get; }

    /// <summary>Whether it stays open until one side ends it.</summary>
    public bool IsStream => Kind != Unary;

    /// <summary>Whether it belongs to the reflection service.</summary>
    public bool IsReflection => this == Reflection || this == ReflectionAlpha;

    /// <summary>Whether both sides stream.</summary>
    public bool IsBidirectional => Kind == BidirectionalStream;
}
