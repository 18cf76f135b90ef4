using Grpc.AspNetCore.Server;
using Grpc.AspNetCore.Server.Model;
using Grpc.Health.V1;
using Grpc.Net.Compression;
using Grpc.Reflection;
using Grpc.Reflection.V1Alpha;
using Xmtp.Node.Calls;
using Xmtp.Node.Gateway;
using Xmtp.Node.Rpc;
using Xmtp.Node.Readiness;
using Xmtp.Node.Methods;
using Xmtp.Node.Network;
using Xmtp.Node.Options;
using Xmtp.Node.Pages;
using Xmtp.Node.Picture;
using Xmtp.Protocol;
using Xmtp.Protocol.MessageApi.V1;
using Xmtp.Protocol.Network.V1;
using ServiceDescriptor = Google.Protobuf.Reflection.ServiceDescriptor;

namespace Xmtp.Node.Hosting;

/// <summary>
/// Puts the web server together. Three ports, one pipeline: HTTP/2 comes from the gRPC port alone and goes straight to the gRPC
/// endpoints with no middleware before them; everything else is HTTP/1.1.
/// </summary>
internal static class NodeWebApplication
{
    public static WebApplication Create(NodeOptions options, NodeListeners listeners, Action<IServiceCollection> addNode)
    {
        var builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions { ApplicationName = typeof(NodeWebApplication).Assembly.GetName().Name });
        builder.WebHost.UseKestrelCore().ConfigureKestrel(kestrel => listeners.Configure(kestrel, options));
        var services = builder.Services;
        services.Configure<HostOptions>(host => host.ShutdownTimeout = options.ShutdownTimeout + TimeSpan.FromSeconds(5));
        services.AddSingleton<IHostLifetime, NoLifetime>();
        services.AddGrpc(ConfigureGrpc);
        if (options.Reflection) AddReflection(services, options);
        if (options.NetworkPort is not null) NetworkPort.Add<BootstrapService>(services);
        AddCalls(services, options);
        addNode(services);

        var app = builder.Build();
        var grpc = MapGrpc(app, options);
        var grpcWeb = ((IApplicationBuilder)app).New().UseGrpcWeb(new GrpcWebOptions { DefaultEnabled = true }).Use(_ => grpc).Build();
        var entry = app.Services.GetRequiredService<HttpEntry>();
        var http2 = new ReusedStreams(app.Services.GetRequiredService<ILogger<ReusedStreams>>()).Before(grpc);
        app.Run(context => HttpProtocol.IsHttp2(context.Request.Protocol)
            ? http2(context)
            : entry.InvokeAsync(context, grpcWeb, isGrpcWebPort: context.Features.Get<GrpcWebListener>() is not null));
        return app;
    }

    private static void ConfigureGrpc(GrpcServiceOptions grpc)
    {
        grpc.MaxReceiveMessageSize = Limits.RequestLengthMaxBytes;
        grpc.MaxSendMessageSize = null;
        // Setting the list leaves out the library's own gzip and deflate, which unpack without bound.
        grpc.CompressionProviders = new List<ICompressionProvider> { new BoundedGzip() };
    }

    // Given here because the library finds descriptors by the generated base class, which the message API's service has no use for,
    // and finds them by reflection, which a program compiled ahead of time does without.
    private static void AddReflection(IServiceCollection services, NodeOptions options)
    {
        List<ServiceDescriptor> described = [MessageApi.Descriptor, Health.Descriptor, ServerReflection.Descriptor];
        if (options.NetworkPort is not null) described.Add(Bootstrap.Descriptor);
        services.AddSingleton(new ReflectionServiceImpl(described));
        services.AddSingleton(new ReflectionV1ServiceImpl(described));
    }

    private static void AddCalls(IServiceCollection services, NodeOptions options)
    {
        services.AddSingleton<IServiceMethodProvider<MessageApiService>, MessageApiMethods>();
        services.AddSingleton<MessageApiService>();
        services.AddSingleton<GrpcHealthService>();
        services.AddSingleton<GrpcCallEndpoint>();
        services.AddSingleton<CallRecorder>();
        services.AddSingleton<ClientVersionTable>();
        services.AddSingleton<RunningCalls>();
        services.AddSingleton(new BodyBudget());
        services.AddSingleton<Admission>();
        services.AddSingleton<PublishCall>();
        services.AddSingleton<QueryCall>();
        services.AddSingleton<BatchQueryCall>();
        services.AddSingleton<SubscribeCall>();
        services.AddSingleton<Subscribe2Call>();
        services.AddSingleton<SubscribeAllCall>();
        services.AddSingleton<GatewayRoutes>();
        services.AddSingleton(InboxFiles.Open(options.Inbox));
        services.AddSingleton<NodePages>();
        services.AddSingleton<PictureCache>();
        services.AddSingleton<PicturePage>();
        services.AddSingleton<HttpEntry>();
    }

    private static RequestDelegate MapGrpc(WebApplication app, NodeOptions options)
    {
        var branch = ((IApplicationBuilder)app).New();
        branch.UseRouting();
        branch.UseEndpoints(endpoints =>
        {
            Record(endpoints.MapGrpcService<MessageApiService>(), endpoints);
            Record(endpoints.MapGrpcService<GrpcHealthService>(), endpoints);
            if (options.NetworkPort is not null) Record(endpoints.MapGrpcService<BootstrapService>(), endpoints);
            if (!options.Reflection) return;
            Record(endpoints.MapGrpcService<ReflectionServiceImpl>(), endpoints);
            Record(endpoints.MapGrpcService<ReflectionV1ServiceImpl>(), endpoints);
        });
        return branch.Build();
    }

    private static void Record(GrpcServiceEndpointConventionBuilder service, IEndpointRouteBuilder endpoints)
    {
        var recorder = endpoints.ServiceProvider.GetRequiredService<GrpcCallEndpoint>();
        service.Add(endpoint =>
        {
            // The library also maps fallbacks for methods that do not exist; those have no method to record.
            if (endpoint.Metadata.OfType<GrpcMethodMetadata>().FirstOrDefault() is not { } grpc || endpoint.RequestDelegate is not { } inner) return;
            if (ApiMethod.Find(grpc.Method.ServiceName, grpc.Method.Name) is { } method) endpoint.RequestDelegate = recorder.Wrap(method, inner);
        });
    }
}
