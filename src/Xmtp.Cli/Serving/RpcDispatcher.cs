using System.Buffers;
using System.Text.Json;
using Xmtp.Cli.Inspection;
using Xmtp.Cli.Output;
using Xmtp.Protocol.Errors;

namespace Xmtp.Cli.Serving;

/// <summary>JSON-RPC 2.0: finds the method of a request and writes its answer. Knows nothing of connections.</summary>
internal sealed class RpcDispatcher(IReadOnlyDictionary<string, RpcMethod> methods)
{
    /// <summary>Longest request, in bytes: a message's content in base64 with room for the rest.</summary>
    public const int RequestLengthMaxBytes = 2 << 20;

    /// <summary>Requests in one batch.</summary>
    public const int BatchLengthMax = 50;

    /// <summary>Handles a request or a batch; one after the other.</summary>
    /// <param name="request">JSON.</param>
    /// <param name="session">Where events go; null where there is no place for them.</param>
    /// <param name="cancellationToken">Ends the call.</param>
    /// <returns>The answer; null when none is due.</returns>
    public async Task<ReadOnlyMemory<byte>?> HandleAsync(ReadOnlyMemory<byte> request, IRpcSession? session, CancellationToken cancellationToken)
    {
        var output = new ArrayBufferWriter<byte>();
        await using var writer = new Utf8JsonWriter(output);
        try
        {
            using var document = JsonDocument.Parse(request);
            var root = document.RootElement;
            if (root.ValueKind != JsonValueKind.Array)
            {
                if (!await HandleAsync(writer, root, session, cancellationToken)) return null;
            }
            else if (root.GetArrayLength() is 0 or > BatchLengthMax)
            {
                WriteError(writer, null, new RpcException(RpcException.InvalidRequest, $"A batch has 1 to {BatchLengthMax} requests."));
            }
            else
            {
                var isAny = false;
                writer.WriteStartArray();
                foreach (var item in root.EnumerateArray()) isAny |= await HandleAsync(writer, item, session, cancellationToken);
                writer.WriteEndArray();
                if (!isAny) return null;
            }
        }
        catch (JsonException failure)
        {
            WriteError(writer, null, new RpcException(RpcException.ParseError, $"This is not JSON: {failure.Message}"));
        }

        await writer.FlushAsync(cancellationToken);
        return output.WrittenMemory;
    }

    /// <summary>What a program hears before it has asked for anything.</summary>
    public static ReadOnlyMemory<byte> Refusal(RpcException failure)
    {
        var output = new ArrayBufferWriter<byte>();
        using var writer = new Utf8JsonWriter(output);
        WriteError(writer, null, failure);
        writer.Flush();
        return output.WrittenMemory;
    }

    /// <summary>An event, as a notification.</summary>
    public static ReadOnlyMemory<byte> Notification(EventForm form)
    {
        var output = new ArrayBufferWriter<byte>();
        using var writer = new Utf8JsonWriter(output);
        writer.WriteStartObject();
        writer.WriteString("jsonrpc", "2.0");
        writer.WriteString("method", "event");
        writer.WritePropertyName("params");
        JsonSerializer.Serialize(writer, form, ServeJson.Default.EventForm);
        writer.WriteEndObject();
        writer.Flush();
        return output.WrittenMemory;
    }

    private async Task<bool> HandleAsync(Utf8JsonWriter writer, JsonElement request, IRpcSession? session, CancellationToken cancellationToken)
    {
        JsonElement? id = request.ValueKind == JsonValueKind.Object && request.TryGetProperty("id", out var given) ? given : null;
        try
        {
            if (!IsRequest(request, id)) throw new RpcException(RpcException.InvalidRequest, "A request is an object with jsonrpc \"2.0\", a method, and params that are an object.");
            var name = request.GetProperty("method").GetString()!;
            if (!methods.TryGetValue(name, out var method)) throw new RpcException(RpcException.MethodNotFound, $"There is no method {(name.Length <= 64 ? name : name[..64])}.");
            var result = await method(request.TryGetProperty("params", out var parameters) ? parameters : null, session, cancellationToken);
            if (id is null) return false;
            writer.WriteStartObject();
            writer.WriteString("jsonrpc", "2.0");
            writer.WritePropertyName("id");
            id.Value.WriteTo(writer);
            writer.WritePropertyName("result");
            result(writer);
            writer.WriteEndObject();
            return true;
        }
        catch (Exception failure) when (failure is not OperationCanceledException || !cancellationToken.IsCancellationRequested)
        {
            // Whatever it is, it ends this request and nothing else. One that is no request has no id, and is answered all the same.
            if (id is null && failure is not RpcException { Code: RpcException.InvalidRequest }) return false;
            WriteError(writer, id, failure);
            return true;
        }
    }

    private static bool IsRequest(JsonElement request, JsonElement? id) =>
        request.ValueKind == JsonValueKind.Object &&
        request.TryGetProperty("jsonrpc", out var version) && version.ValueKind == JsonValueKind.String && version.ValueEquals("2.0") &&
        request.TryGetProperty("method", out var method) && method.ValueKind == JsonValueKind.String &&
        (!request.TryGetProperty("params", out var parameters) || parameters.ValueKind == JsonValueKind.Object) &&
        id?.ValueKind is null or JsonValueKind.String or JsonValueKind.Number or JsonValueKind.Null;

    private static void WriteError(Utf8JsonWriter writer, JsonElement? id, Exception failure)
    {
        writer.WriteStartObject();
        writer.WriteString("jsonrpc", "2.0");
        writer.WritePropertyName("id");
        if (id?.ValueKind is JsonValueKind.String or JsonValueKind.Number) id.Value.WriteTo(writer);
        else writer.WriteNullValue();
        writer.WriteStartObject("error");
        writer.WriteNumber("code", failure switch { RpcException refused => refused.Code, XmtpException => RpcException.Failed, _ => RpcException.InternalError });
        writer.WriteString("message", failure is RpcException or XmtpException ? failure.Message : "This is a defect of the command.");
        if (failure is XmtpException known)
        {
            writer.WritePropertyName("data");
            JsonSerializer.Serialize(writer, new ErrorOutput(known.Code.Id, known.Message, (known as InspectException)?.Advice ?? known.Code.Advice, known.Code.Retryable), ServeJson.Default.ErrorOutput);
        }

        writer.WriteEndObject();
        writer.WriteEndObject();
    }
}
