using System.Buffers;
using Google.Protobuf;
using Microsoft.Net.Http.Headers;
using Xmtp.Node.Calls;
using Xmtp.Node.Errors;

namespace Xmtp.Node.Gateway;

/// <summary>Writes failures the way gateway clients read them.</summary>
internal static class GatewayErrors
{
    /// <summary>Answers a call that failed before anything was sent.</summary>
    /// <param name="context">The request.</param>
    /// <param name="failure">Why.</param>
    /// <param name="binary">Whether the caller reads protobuf: a <c>google.rpc.Status</c> then.</param>
    public static async Task WriteAsync(HttpContext context, CallFailure failure, bool binary)
    {
        var response = context.Response;
        response.Clear();
        GatewayCors.Allow(response);
        response.StatusCode = RpcErrors.HttpStatus(failure.Status);
        response.ContentType = binary ? GatewayFormat.Protobuf : GatewayFormat.Json;
        foreach (var (key, value) in failure.Metadata()) response.Headers[CallMetadata.GatewayPrefix + key] = value;
        if (failure.RetryAfterSeconds is { } seconds) response.Headers[HeaderNames.RetryAfter] = seconds;

        var body = new ArrayBufferWriter<byte>(256);
        if (binary) WriteStatus(body, failure);
        else WriteJson(body, failure);
        response.ContentLength = body.WrittenCount;
        if (HttpMethods.IsHead(context.Request.Method)) return;
        try
        {
            await response.Body.WriteAsync(body.WrittenMemory, context.RequestAborted).ConfigureAwait(false);
        }
        catch (Exception gone) when (gone is OperationCanceledException or IOException)
        {
            // The client went away while it was told what was wrong.
        }
    }

    /// <summary>Writes the last line of a stream that had begun.</summary>
    /// <param name="output">The response body.</param>
    /// <param name="failure">Why it ends.</param>
    public static void WriteLine(IBufferWriter<byte> output, CallFailure failure)
    {
        output.Write("{\"error\":"u8);
        WriteJson(output, failure);
        output.Write("}\n"u8);
    }

    private static void WriteJson(IBufferWriter<byte> output, CallFailure failure)
    {
        using var json = MessageJsonWriter.Create(output);
        json.WriteStartObject();
        json.WriteNumber("code"u8, (int)failure.Status);
        json.WriteString("message"u8, failure.Message);
        json.WriteStartArray("details"u8);
        json.WriteEndArray();
        json.WriteEndObject();
    }

    // google.rpc.Status: code = 1 (int32), message = 2 (string), details = 3 (empty here).
    private static void WriteStatus(ArrayBufferWriter<byte> output, CallFailure failure)
    {
        using var stream = new MemoryStream();
        using (var proto = new CodedOutputStream(stream, leaveOpen: true))
        {
            proto.WriteTag(1, WireFormat.WireType.Varint);
            proto.WriteInt32((int)failure.Status);
            proto.WriteTag(2, WireFormat.WireType.LengthDelimited);
            proto.WriteString(failure.Message);
        }

        output.Write(stream.GetBuffer().AsSpan(0, (int)stream.Length));
    }
}
