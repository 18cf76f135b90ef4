namespace Xmtp.Interop.JavaScript;

/// <summary>Which published client a driver loads.</summary>
public enum JsRelease
{
    /// <summary>@xmtp/xmtp-js 6.8.3, the last that knows V1 alone.</summary>
    V6,

    /// <summary>@xmtp/xmtp-js 13.0.4, the last classic one, over HTTP.</summary>
    V13,

    /// <summary>@xmtp/xmtp-js 13.0.4 over @xmtp/grpc-api-client 0.2.8.</summary>
    V13Grpc,
}
