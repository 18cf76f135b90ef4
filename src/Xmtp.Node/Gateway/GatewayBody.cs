using System.Buffers;
using Google.Protobuf;
using Microsoft.Net.Http.Headers;
using Xmtp.Node.Calls;
using Xmtp.Node.Errors;
using Xmtp.Protocol;
using Xmtp.Protocol.Errors;

namespace Xmtp.Node.Gateway;

/// <summary>Reads a request's body, at most <see cref="Limits.RequestLengthMaxBytes"/> of it.</summary>
internal static class GatewayBody
{
    /// <summary>Reads JSON into a message.</summary>
    public delegate T JsonReader<out T>(in ReadOnlySequence<byte> body);

    /// <summary>Reads and parses.</summary>
    /// <param name="request">The request.</param>
    /// <param name="budget">What may be held at once.</param>
    /// <param name="format">Its format.</param>
    /// <param name="readJson">Parses JSON.</param>
    /// <param name="parser">Parses protobuf.</param>
    /// <param name="isNested">Whether the message's fields are messages with repeated fields of their own.</param>
    /// <param name="cancellationToken">The caller gave up.</param>
    /// <exception cref="XmtpException">Too large, compressed, or not such a message.</exception>
    public static async ValueTask<T> ReadAsync<T>(
        HttpRequest request, BodyBudget budget, GatewayFormat format, JsonReader<T> readJson, MessageParser<T> parser, bool isNested, CancellationToken cancellationToken)
        where T : IMessage<T>
    {
        // Refused by what it says of itself, before a byte of it is held.
        if (request.ContentLength > Limits.RequestLengthMaxBytes) throw TooLarge();
        var encoding = request.Headers[HeaderNames.ContentEncoding].ToString();
        if (encoding.Length > 0 && !encoding.Equals("identity", StringComparison.OrdinalIgnoreCase))
            throw new XmtpException(ErrorCatalogue.EncodingUnsupported, "the body's content-encoding is not supported; send it uncompressed");

        // The server's own buffers hold the body until it is complete; they grow by what has arrived, never by what was announced.
        var reader = new BudgetedBodyReader(request.BodyReader, budget);
        try
        {
            return await ReadAsync(reader, format, readJson, parser, isNested, cancellationToken).ConfigureAwait(false);
        }
        finally
        {
            reader.Release();
        }
    }

    private static async ValueTask<T> ReadAsync<T>(
        BudgetedBodyReader reader, GatewayFormat format, JsonReader<T> readJson, MessageParser<T> parser, bool isNested, CancellationToken cancellationToken)
        where T : IMessage<T>
    {
        while (true)
        {
            var read = await reader.ReadAsync(cancellationToken).ConfigureAwait(false);
            var body = read.Buffer;
            if (body.Length > Limits.RequestLengthMaxBytes)
            {
                reader.AdvanceTo(body.End);
                throw TooLarge();
            }

            if (!read.IsCompleted)
            {
                reader.AdvanceTo(body.Start, body.End);
                continue;
            }

            try
            {
                return format.BinaryRequest ? ParseProtobuf(body, parser, isNested) : readJson(body);
            }
            finally
            {
                reader.AdvanceTo(body.End);
            }
        }
    }

    private static T ParseProtobuf<T>(in ReadOnlySequence<byte> body, MessageParser<T> parser, bool isNested) where T : IMessage<T>
    {
        ElementBound.Check(body, isNested);
        return parser.ParseFrom(body);
    }

    private static XmtpException TooLarge() => new(ErrorCatalogue.RequestTooLarge, RpcErrors.TooLarge().Message);
}
