using System.Buffers;
using System.Text.Json;
using Xmtp.Node.Calls;
using Xmtp.Protocol.Errors;
using Xmtp.Protocol.MessageApi.V1;

namespace Xmtp.Node.Gateway;

/// <summary>
/// Reads the requests of the classic API from JSON: lowerCamelCase or snake_case names, unknown members skipped,
/// an empty body as the empty request. Everything else that does not fit is one clear <c>XMTP1008</c>.
/// </summary>
internal static class MessageJsonReader
{
    // The deepest request is a batch of queries with a cursor, eight levels; unknown members may add some.
    private static readonly JsonReaderOptions s_options = new() { MaxDepth = 64 };

    private delegate void MemberReader<in T>(ref Utf8JsonReader json, T message, int member);

    /// <summary>Reads a publish.</summary>
    public static PublishRequest ReadPublish(in ReadOnlySequence<byte> body) => Read(body, new PublishRequest(), s_publish, ReadMember);

    /// <summary>Reads a query.</summary>
    public static QueryRequest ReadQuery(in ReadOnlySequence<byte> body) => Read(body, new QueryRequest(), s_query, ReadMember);

    /// <summary>Reads a batch of queries.</summary>
    public static BatchQueryRequest ReadBatchQuery(in ReadOnlySequence<byte> body) => Read(body, new BatchQueryRequest(), s_batchQuery, ReadMember);

    /// <summary>Reads a subscription.</summary>
    public static SubscribeRequest ReadSubscribe(in ReadOnlySequence<byte> body) => Read(body, new SubscribeRequest(), s_subscribe, ReadMember);

    /// <summary>Reads a subscription to everything, which has no members.</summary>
    public static SubscribeAllRequest ReadSubscribeAll(in ReadOnlySequence<byte> body) =>
        Read(body, new SubscribeAllRequest(), [], static (ref _, _, _) => { });

    private static readonly Member[] s_publish = [new("envelopes")];
    private static readonly Member[] s_subscribe = [new("contentTopics", "content_topics")];
    private static readonly Member[] s_batchQuery = [new("requests")];
    private static readonly Member[] s_envelope = [new("contentTopic", "content_topic"), new("timestampNs", "timestamp_ns"), new("message")];
    private static readonly Member[] s_query =
        [new("contentTopics", "content_topics"), new("startTimeNs", "start_time_ns"), new("endTimeNs", "end_time_ns"), new("pagingInfo", "paging_info")];
    private static readonly Member[] s_paging = [new("limit"), new("cursor"), new("direction")];
    private static readonly Member[] s_cursor = [new("index")];
    private static readonly Member[] s_index = [new("digest"), new("senderTimeNs", "sender_time_ns")];

    private static void ReadMember(ref Utf8JsonReader json, PublishRequest request, int member) =>
        ReadMany(ref json, "envelopes", request.Envelopes, static (ref json) => ReadObject(ref json, new Envelope(), "an envelope", s_envelope, ReadMember));

    private static void ReadMember(ref Utf8JsonReader json, SubscribeRequest request, int member) =>
        ReadTopics(ref json, request.ContentTopics);

    private static void ReadMember(ref Utf8JsonReader json, BatchQueryRequest request, int member) =>
        ReadMany(ref json, "requests", request.Requests, static (ref json) => ReadObject(ref json, new QueryRequest(), "a query", s_query, ReadMember));

    private static void ReadMember(ref Utf8JsonReader json, Envelope envelope, int member)
    {
        switch (member)
        {
            case 0: envelope.ContentTopic = JsonFields.ReadString(ref json, "contentTopic"); break;
            case 1: envelope.TimestampNs = JsonFields.ReadUInt64(ref json, "timestampNs"); break;
            default: envelope.Message = JsonFields.ReadBytes(ref json, "message"); break;
        }
    }

    private static void ReadMember(ref Utf8JsonReader json, QueryRequest query, int member)
    {
        switch (member)
        {
            case 0: ReadTopics(ref json, query.ContentTopics); break;
            case 1: query.StartTimeNs = JsonFields.ReadUInt64(ref json, "startTimeNs"); break;
            case 2: query.EndTimeNs = JsonFields.ReadUInt64(ref json, "endTimeNs"); break;
            default: query.PagingInfo = ReadOptional(ref json, new PagingInfo(), "pagingInfo", s_paging, ReadMember); break;
        }
    }

    private static void ReadMember(ref Utf8JsonReader json, PagingInfo paging, int member)
    {
        switch (member)
        {
            case 0: paging.Limit = JsonFields.ReadUInt32(ref json, "limit"); break;
            case 1: paging.Cursor = ReadOptional(ref json, new Cursor(), "cursor", s_cursor, ReadMember); break;
            default: paging.Direction = ReadDirection(ref json); break;
        }
    }

    private static void ReadMember(ref Utf8JsonReader json, Cursor cursor, int member) =>
        cursor.Index = ReadOptional(ref json, new IndexCursor(), "index", s_index, ReadMember);

    private static void ReadMember(ref Utf8JsonReader json, IndexCursor index, int member)
    {
        if (member == 0) index.Digest = JsonFields.ReadBytes(ref json, "digest");
        else index.SenderTimeNs = JsonFields.ReadUInt64(ref json, "senderTimeNs");
    }

    private static void ReadTopics(ref Utf8JsonReader json, ICollection<string> topics) =>
        ReadMany(ref json, "contentTopics", topics, static (ref json) => json.TokenType == JsonTokenType.Null
            ? throw JsonFields.Wrong(ref json, "a topic", "a string")
            : JsonFields.ReadString(ref json, "a topic"));

    private static SortDirection ReadDirection(ref Utf8JsonReader json)
    {
        switch (json.TokenType)
        {
            case JsonTokenType.Null: return SortDirection.Unspecified;
            // A number without a name is kept, as the protobuf JSON mapping wants it.
            case JsonTokenType.Number when json.TryGetInt32(out var number): return (SortDirection)number;
            case JsonTokenType.String:
                switch (JsonFields.ShortText(ref json))
                {
                    case "SORT_DIRECTION_UNSPECIFIED": return SortDirection.Unspecified;
                    case "SORT_DIRECTION_ASCENDING": return SortDirection.Ascending;
                    case "SORT_DIRECTION_DESCENDING": return SortDirection.Descending;
                }

                break;
        }

        throw JsonFields.Wrong(ref json, "direction", "SORT_DIRECTION_ASCENDING, SORT_DIRECTION_DESCENDING or a number");
    }

    private static T Read<T>(in ReadOnlySequence<byte> body, T message, Member[] members, MemberReader<T> read)
    {
        var json = new Utf8JsonReader(body, s_options);
        try
        {
            // The reference gateway takes an empty body for the empty request.
            if (IsBlank(body)) return message;
            json.Read();
            ReadObject(ref json, message, "the body", members, read);
            // Reading on finds whatever follows the object and refuses it.
            json.Read();
            return message;
        }
        catch (JsonException failure)
        {
            // Line numbers mean little in a body of one line; the byte is exact.
            throw new XmtpException(ErrorCatalogue.MalformedRequest, $"the body is not valid JSON near byte {json.BytesConsumed}", failure);
        }
    }

    private static T? ReadOptional<T>(ref Utf8JsonReader json, T message, string what, Member[] members, MemberReader<T> read) where T : class =>
        json.TokenType == JsonTokenType.Null ? null : ReadObject(ref json, message, what, members, read);

    private static T ReadObject<T>(ref Utf8JsonReader json, T message, string what, Member[] members, MemberReader<T> read)
    {
        if (json.TokenType != JsonTokenType.StartObject) throw JsonFields.Wrong(ref json, what, "an object");
        var seen = 0u;
        while (json.Read() && json.TokenType == JsonTokenType.PropertyName)
        {
            var member = Find(ref json, members);
            if (member < 0)
            {
                json.Skip();
                continue;
            }

            // Two values for one member leave open which is meant, so neither is taken.
            if ((seen & (1u << member)) != 0)
                throw new XmtpException(ErrorCatalogue.MalformedRequest, $"{members[member].Name} appears twice in {what} (byte {json.TokenStartIndex} of the body)");
            seen |= 1u << member;
            json.Read();
            read(ref json, message, member);
        }

        return message;
    }

    private delegate T ElementReader<out T>(ref Utf8JsonReader json);

    private static void ReadMany<T>(ref Utf8JsonReader json, string field, ICollection<T> target, ElementReader<T> read)
    {
        if (json.TokenType == JsonTokenType.Null) return;
        if (json.TokenType != JsonTokenType.StartArray) throw JsonFields.Wrong(ref json, field, "an array");
        while (json.Read() && json.TokenType != JsonTokenType.EndArray)
        {
            if (target.Count == ElementBound.ElementsMax) throw ElementBound.TooMany();
            target.Add(read(ref json));
        }
    }

    private static int Find(ref Utf8JsonReader json, Member[] members)
    {
        for (var i = 0; i < members.Length; i++)
        {
            if (json.ValueTextEquals(members[i].Utf8Name) || json.ValueTextEquals(members[i].Utf8OriginalName)) return i;
        }

        return -1;
    }

    private static bool IsBlank(in ReadOnlySequence<byte> body)
    {
        foreach (var segment in body)
        {
            if (segment.Span.IndexOfAnyExcept(" \t\r\n"u8) >= 0) return false;
        }

        return true;
    }

    /// <summary>The two names of one member.</summary>
    private sealed class Member(string name, string? originalName = null)
    {
        public string Name { get; } = name;

        public byte[] Utf8Name { get; } = System.Text.Encoding.UTF8.GetBytes(name);

        public byte[] Utf8OriginalName { get; } = System.Text.Encoding.UTF8.GetBytes(originalName ?? name);
    }
}
