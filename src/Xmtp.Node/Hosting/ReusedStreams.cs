using System.Runtime.CompilerServices;
using Microsoft.AspNetCore.Server.Kestrel.Core.Features;

namespace Xmtp.Node.Hosting;

/// <summary>
/// Sets right what Kestrel can leave behind in the objects of HTTP/2 streams, which it uses again for later requests of a connection.
/// A window update that comes while the last bytes of a response are written can mark the stream as queued for writing although it
/// is not; the mark outlives the response, so the next request on that object is handled and its answer never written: the client
/// waits until its deadline. Large answers, such as full pages of a query, are what it follows
/// (<see href="https://github.com/dotnet/aspnetcore/issues/53736"/>; docs/adr/0025). There is no public way to the mark.
/// </summary>
/// <param name="logger">Where it logs.</param>
internal sealed class ReusedStreams(ILogger<ReusedStreams> logger)
{
    private const string Kestrel = "Microsoft.AspNetCore.Server.Kestrel.Core";
    private const string OutputProducer = "Microsoft.AspNetCore.Server.Kestrel.Core.Internal.Http.IHttpOutputProducer, " + Kestrel;
    private const string Http2OutputProducer = "Microsoft.AspNetCore.Server.Kestrel.Core.Internal.Http2.Http2OutputProducer, " + Kestrel;
    private const string Protocol = "Microsoft.AspNetCore.Server.Kestrel.Core.Internal.Http.HttpProtocol, " + Kestrel;
    private const string StreamName = "Microsoft.AspNetCore.Server.Kestrel.Core.Internal.Http2.Http2Stream`1";

    private Type? _stream;
    private bool _isOff;

    /// <summary>Puts itself before the handling of requests.</summary>
    public RequestDelegate Before(RequestDelegate next) => context =>
    {
        Clear(context);
        return next(context);
    };

    /// <summary>
    /// Clears the mark that an earlier request left. Nothing of this request's answer has been queued yet; at most the client has reset
    /// the stream, which is then queued twice, and the second time does nothing.
    /// </summary>
    internal void Clear(HttpContext context)
    {
        if (_isOff || context.Features.Get<IHttp2StreamIdFeature>() is not { } stream) return;
        try
        {
            if (IsStream(stream)) Clear(stream);
            else TurnOff($"a stream is a {stream.GetType()}");
        }
        catch (Exception exception) when (exception is MissingMemberException or TypeLoadException)
        {
            TurnOff(exception.Message);
        }
    }

    /// <summary>Whether the stream stands marked as queued for writing.</summary>
    internal static ref bool IsQueued(IHttp2StreamIdFeature stream) => ref QueuedOf(OutputOf(stream));

    private void Clear(IHttp2StreamIdFeature stream)
    {
        ref var isQueued = ref IsQueued(stream);
        if (!isQueued) return;
        isQueued = false;
        logger.StreamMarkCleared(stream.StreamId);
    }

    // Another Kestrel than the one this was written for, perhaps one without the mistake.
    private void TurnOff(string reason)
    {
        _isOff = true;
        logger.StreamMarkUnknown(reason);
    }

    // The accessors trust what they are given; the type is the same for every request of a server.
    private bool IsStream(IHttp2StreamIdFeature stream)
    {
        var type = stream.GetType();
        if (type == _stream) return true;
        if (type.Assembly.GetName().Name != Kestrel || $"{type.Namespace}.{type.Name}" != StreamName) return false;
        _stream = type;
        return true;
    }

    [UnsafeAccessor(UnsafeAccessorKind.Method, Name = "get_Output")]
    [return: UnsafeAccessorType(OutputProducer)]
    private static extern object OutputOf([UnsafeAccessorType(Protocol)] object stream);

    [UnsafeAccessor(UnsafeAccessorKind.Field, Name = "_isScheduled")]
    private static extern ref bool QueuedOf([UnsafeAccessorType(Http2OutputProducer)] object output);
}
