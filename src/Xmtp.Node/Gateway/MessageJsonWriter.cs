using System.Buffers;
using System.Buffers.Text;
using System.IO.Pipelines;
using System.Text.Encodings.Web;
using System.Text.Json;
using Xmtp.Protocol.MessageApi.V1;

namespace Xmtp.Node.Gateway;

/// <summary>
/// Writes the messages of the classic API as the JSON that published clients parse: lowerCamelCase names, every
/// default written out, 64-bit numbers as strings, bytes as padded base64, enums by name.
/// </summary>
/// <remarks>Written by hand for these few messages: the generic formatter of the protobuf library cannot write an
/// absent message as <c>null</c>, and it boxes every number on the path that answers whole pages.</remarks>
internal static class MessageJsonWriter
{
    // A page of small messages goes out in one piece, one of large messages in pieces of about this size.
    private const int FlushThresholdBytes = 256 << 10;

    // Topics hold '+', '&' and the like; the default encoder would escape them for HTML, which no client of this API is.
    private static readonly JsonWriterOptions s_options = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping, SkipValidation = true };

    private static readonly JsonEncodedText s_envelopes = JsonEncodedText.Encode("envelopes");
    private static readonly JsonEncodedText s_pagingInfo = JsonEncodedText.Encode("pagingInfo");
    private static readonly JsonEncodedText s_contentTopic = JsonEncodedText.Encode("contentTopic");
    private static readonly JsonEncodedText s_timestampNs = JsonEncodedText.Encode("timestampNs");
    private static readonly JsonEncodedText s_message = JsonEncodedText.Encode("message");
    private static readonly JsonEncodedText s_limit = JsonEncodedText.Encode("limit");
    private static readonly JsonEncodedText s_cursor = JsonEncodedText.Encode("cursor");
    private static readonly JsonEncodedText s_direction = JsonEncodedText.Encode("direction");
    private static readonly JsonEncodedText s_index = JsonEncodedText.Encode("index");
    private static readonly JsonEncodedText s_digest = JsonEncodedText.Encode("digest");
    private static readonly JsonEncodedText s_senderTimeNs = JsonEncodedText.Encode("senderTimeNs");
    private static readonly JsonEncodedText s_responses = JsonEncodedText.Encode("responses");
    private static readonly JsonEncodedText s_result = JsonEncodedText.Encode("result");

    /// <summary>Makes a writer with the options of this API.</summary>
    /// <param name="output">Where the JSON goes.</param>
    public static Utf8JsonWriter Create(IBufferWriter<byte> output) => new(output, s_options);

    /// <summary>Writes the empty answer of a publish.</summary>
    /// <param name="output">The response body.</param>
    public static void WriteEmpty(IBufferWriter<byte> output) => output.Write("{}"u8);

    /// <summary>Writes one page, handing it on piece by piece so that a page of large messages is never held twice.</summary>
    /// <param name="output">The response body.</param>
    /// <param name="response">The page.</param>
    /// <param name="cancellationToken">Ends the wait for a slow reader.</param>
    public static async ValueTask WriteAsync(PipeWriter output, QueryResponse response, CancellationToken cancellationToken)
    {
        var json = Create(output);
        await using var _ = json.ConfigureAwait(false);
        await WriteAsync(output, json, response, cancellationToken).ConfigureAwait(false);
    }

    /// <summary>Writes the pages of a batch, in the order of its queries.</summary>
    /// <param name="output">The response body.</param>
    /// <param name="response">The pages.</param>
    /// <param name="cancellationToken">Ends the wait for a slow reader.</param>
    public static async ValueTask WriteAsync(PipeWriter output, BatchQueryResponse response, CancellationToken cancellationToken)
    {
        var json = Create(output);
        await using var _ = json.ConfigureAwait(false);
        json.WriteStartObject();
        json.WriteStartArray(s_responses);
        foreach (var page in response.Responses)
            await WriteAsync(output, json, page, cancellationToken).ConfigureAwait(false);
        json.WriteEndArray();
        json.WriteEndObject();
    }

    private static async ValueTask WriteAsync(PipeWriter output, Utf8JsonWriter json, QueryResponse response, CancellationToken cancellationToken)
    {
        json.WriteStartObject();
        json.WriteStartArray(s_envelopes);
        foreach (var envelope in response.Envelopes)
        {
            Write(json, envelope);
            if (output.UnflushedBytes + json.BytesPending < FlushThresholdBytes) continue;
            json.Flush();
            await output.FlushAsync(cancellationToken).ConfigureAwait(false);
        }

        json.WriteEndArray();
        json.WritePropertyName(s_pagingInfo);
        Write(json, response.PagingInfo);
        json.WriteEndObject();
    }

    /// <summary>Writes one line of a stream, without the line feed.</summary>
    public static void WriteResult(Utf8JsonWriter json, Envelope envelope)
    {
        json.WriteStartObject();
        json.WritePropertyName(s_result);
        Write(json, envelope);
        json.WriteEndObject();
    }

    private static void Write(Utf8JsonWriter json, Envelope envelope)
    {
        json.WriteStartObject();
        json.WriteString(s_contentTopic, envelope.ContentTopic);
        WriteUInt64(json, s_timestampNs, envelope.TimestampNs);
        json.WriteBase64String(s_message, envelope.Message.Span);
        json.WriteEndObject();
    }

    private static void Write(Utf8JsonWriter json, PagingInfo? paging)
    {
        if (paging is null)
        {
            json.WriteNullValue();
            return;
        }

        json.WriteStartObject();
        json.WriteNumber(s_limit, paging.Limit);
        json.WritePropertyName(s_cursor);
        Write(json, paging.Cursor);
        WriteDirection(json, paging.Direction);
        json.WriteEndObject();
    }

    private static void Write(Utf8JsonWriter json, Cursor? cursor)
    {
        if (cursor is null)
        {
            json.WriteNullValue();
            return;
        }

        json.WriteStartObject();
        if (cursor.Index is { } index)
        {
            json.WriteStartObject(s_index);
            json.WriteBase64String(s_digest, index.Digest.Span);
            WriteUInt64(json, s_senderTimeNs, index.SenderTimeNs);
            json.WriteEndObject();
        }

        json.WriteEndObject();
    }

    private static void WriteDirection(Utf8JsonWriter json, SortDirection direction)
    {
        switch (direction)
        {
            case SortDirection.Unspecified: json.WriteString(s_direction, "SORT_DIRECTION_UNSPECIFIED"u8); break;
            case SortDirection.Ascending: json.WriteString(s_direction, "SORT_DIRECTION_ASCENDING"u8); break;
            case SortDirection.Descending: json.WriteString(s_direction, "SORT_DIRECTION_DESCENDING"u8); break;
            // A number that has no name stays a number, as the protobuf JSON mapping wants it.
            default: json.WriteNumber(s_direction, (int)direction); break;
        }
    }

    private static void WriteUInt64(Utf8JsonWriter json, JsonEncodedText name, ulong value)
    {
        Span<byte> digits = stackalloc byte[20];
        Utf8Formatter.TryFormat(value, digits, out var length);
        json.WriteString(name, digits[..length]);
    }
}
