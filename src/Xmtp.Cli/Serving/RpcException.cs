namespace Xmtp.Cli.Serving;

/// <summary>A request that JSON-RPC refuses.</summary>
/// <param name="code">One of its codes.</param>
/// <param name="message">What was wrong.</param>
internal sealed class RpcException(int code, string message) : Exception(message)
{
    public const int ParseError = -32700;
    public const int InvalidRequest = -32600;
    public const int MethodNotFound = -32601;
    public const int InvalidParams = -32602;
    public const int InternalError = -32603;

    /// <summary>What the account, the network or the peer refused; <c>data</c> says it in full.</summary>
    public const int Failed = -32000;

    /// <summary>The server has no room for this connection.</summary>
    public const int NoRoom = -32001;

    public int Code => code;
}
