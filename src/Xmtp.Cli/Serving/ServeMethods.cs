using System.Globalization;
using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using Xmtp.Cli.Content;
using Xmtp.Cli.Inspection;
using Xmtp.Cli.Output;
using Xmtp.Client;
using Xmtp.Client.Consent;
using Xmtp.Client.Conversations;
using Xmtp.Client.Inboxes;
using Xmtp.Client.Messages;
using Xmtp.Cryptography;
using Xmtp.Protocol.Errors;

namespace Xmtp.Cli.Serving;

/// <summary>What programs can ask of the account.</summary>
internal sealed class ServeMethods
{
    private const int MessagesMax = 200;
    private const int MessagesUsual = 50;
    private const int ConversationsMax = 1000;
    private const int AddressesMax = 1000;

    // What one answer holds of contents, so that a page of large files stays an answer.
    private const int PageLengthMaxBytes = 4 << 20;

    private readonly XmtpClient _client;
    private readonly ServeDelivery _delivery;

    public ServeMethods(XmtpClient client)
    {
        (_client, _delivery) = (client, new ServeDelivery(client.Inbox));
        All = new Dictionary<string, RpcMethod>
        {
            ["account"] = Method(ServeJson.Default.NoParams, (_, _, _) => Done(new AccountResult(client.Address.ToString(), typeof(ServeMethods).Assembly.GetName().Version?.ToString(3) ?? ""), ServeJson.Default.AccountResult)),
            ["conversations.list"] = Method(ServeJson.Default.ListParams, ListAsync),
            ["conversations.open"] = Method(ServeJson.Default.ConversationParams, OpenAsync),
            ["conversations.markRead"] = Method(ServeJson.Default.ConversationParams, MarkReadAsync),
            ["messages.list"] = Method(ServeJson.Default.MessagesParams, MessagesAsync),
            ["messages.find"] = Method(ServeJson.Default.FindParams, FindAsync),
            ["messages.send"] = Method(ServeJson.Default.SendParams, SendAsync),
            ["consent.list"] = Method(ServeJson.Default.NoParams, (_, _, _) => Decisions(client.Consent.Entries.Keys)),
            ["consent.get"] = Method(ServeJson.Default.AddressesParams, (parameters, _, _) => Decisions(Addresses(parameters.Addresses).Select(static address => new ConsentEntry(address)))),
            ["consent.set"] = Method(ServeJson.Default.DecideParams, DecideAsync),
            ["contacts.canMessage"] = Method(ServeJson.Default.AddressesParams, CanMessageAsync),
            ["events.subscribe"] = Method(ServeJson.Default.SubscribeParams, Subscribe),
            ["events.unsubscribe"] = Method(ServeJson.Default.UnsubscribeParams, UnsubscribeAsync),
            ["inbox.state"] = Method(ServeJson.Default.NoParams, (_, _, _) => Done(ConversationForms.Of(client, null), CliJson.Default.InboxSyncOutput)),
            ["inbox.sync"] = Method(ServeJson.Default.NoParams, SyncAsync),
        };
    }

    /// <summary>All methods by name.</summary>
    public IReadOnlyDictionary<string, RpcMethod> All { get; }

    /// <summary>A cursor that a program gives.</summary>
    /// <param name="text">The cursor; null for now.</param>
    /// <exception cref="XmtpException"><see cref="ErrorCatalogue.CursorInvalid"/>: this store never gave it.</exception>
    public InboxCursor CursorOf(string? text)
    {
        var end = _client.Inbox.End;
        if (text is null) return end;
        return ulong.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var value) && value <= end.Value
            ? new InboxCursor(value)
            : throw new XmtpException(ErrorCatalogue.CursorInvalid, "This store never gave that cursor; 0 begins with everything.");
    }

    private async Task<Action<Utf8JsonWriter>> ListAsync(ListParams parameters, IRpcSession? session, CancellationToken cancellationToken)
    {
        var consent = parameters.Consent is { } wanted ? StateOf(wanted) : (ConsentState?)null;
        var conversations = new List<ConversationOutput>();
        foreach (var item in _client.Inbox.List(consent).Take(Within(parameters.Limit, ConversationsMax, ConversationsMax)))
            conversations.Add(await ConversationForms.OfAsync(_client.Inbox, item, cancellationToken));
        return Writer(new ConversationsResult(conversations), ServeJson.Default.ConversationsResult);
    }

    private async Task<Action<Utf8JsonWriter>> OpenAsync(ConversationParams parameters, IRpcSession? session, CancellationToken cancellationToken)
    {
        var conversation = await GetAsync(parameters.Topic, parameters.Peer, parameters.ConversationId, create: true, cancellationToken);
        var item = _client.Inbox.Find(conversation) ?? new InboxConversation(conversation, _client.Consent.StateOf(conversation.Peer), null, 0, 0);
        return Writer(await ConversationForms.OfAsync(_client.Inbox, item, cancellationToken), CliJson.Default.ConversationOutput);
    }

    private async Task<Action<Utf8JsonWriter>> MarkReadAsync(ConversationParams parameters, IRpcSession? session, CancellationToken cancellationToken)
    {
        await _client.Inbox.MarkReadAsync(await GetAsync(parameters.Topic, parameters.Peer, parameters.ConversationId, create: false, cancellationToken), cancellationToken);
        return Writer(new DoneResult(true), ServeJson.Default.DoneResult);
    }

    private async Task<Action<Utf8JsonWriter>> MessagesAsync(MessagesParams parameters, IRpcSession? session, CancellationToken cancellationToken)
    {
        var limit = Within(parameters.Limit, MessagesMax, MessagesUsual);
        var conversation = await GetAsync(parameters.Topic, parameters.Peer, parameters.ConversationId, create: false, cancellationToken);
        var options = new ListMessagesOptions { NewestFirst = parameters.OldestFirst != true, Start = parameters.Start, End = parameters.End, Limit = limit + 1 };
        var (messages, length, more) = (new List<MessageOutput>(), 0, false);
        await foreach (var message in _client.Inbox.ReadMessagesAsync(conversation, options, cancellationToken))
        {
            length += parameters.Data == true ? message.Message.Encoded.CalculateSize() : 0;
            more = messages.Count == limit || (messages.Count > 0 && length > PageLengthMaxBytes);
            if (more) break;
            messages.Add(MessageForms.Of(message, parameters.Data == true));
        }

        return Writer(new MessagesResult(messages, more), ServeJson.Default.MessagesResult);
    }

    private async Task<Action<Utf8JsonWriter>> FindAsync(FindParams parameters, IRpcSession? session, CancellationToken cancellationToken)
    {
        if (!MessageId.TryParse(parameters.Id, CultureInfo.InvariantCulture, out var id)) throw Invalid("id is that of a message, 64 hex digits.");
        var found = await _client.Inbox.FindMessageAsync(id, cancellationToken);
        return Writer(new FindResult(found is null ? null : MessageForms.Of(found, parameters.Data == true)), ServeJson.Default.FindResult);
    }

    private async Task<Action<Utf8JsonWriter>> SendAsync(SendParams parameters, IRpcSession? session, CancellationToken cancellationToken)
    {
        var content = ContentReader.Read(parameters.Content);
        OutgoingContent.ThrowIfTooLong(content);
        var conversation = await GetAsync(parameters.Topic, parameters.Peer, parameters.ConversationId, create: true, cancellationToken);
        var message = await _client.Inbox.SendAsync(conversation, content, cancellationToken: cancellationToken);
        if (parameters.Wait == true) message = await _delivery.WaitAsync(message, cancellationToken);
        return Writer(MessageForms.Of(message), CliJson.Default.MessageOutput);
    }

    private async Task<Action<Utf8JsonWriter>> DecideAsync(DecideParams parameters, IRpcSession? session, CancellationToken cancellationToken)
    {
        var addresses = Addresses(parameters.Addresses);
        await (StateOf(parameters.State) switch
        {
            ConsentState.Allowed => _client.Consent.AllowAsync(addresses, cancellationToken),
            ConsentState.Denied => _client.Consent.DenyAsync(addresses, cancellationToken),
            _ => throw Invalid("state is allowed or denied; a decision cannot be taken back."),
        });
        return await Decisions(addresses.Select(static address => new ConsentEntry(address)));
    }

    private async Task<Action<Utf8JsonWriter>> CanMessageAsync(AddressesParams parameters, IRpcSession? session, CancellationToken cancellationToken)
    {
        var found = await _client.CanMessageAsync(Addresses(parameters.Addresses), cancellationToken);
        return Writer(new CanMessageResult(found.ToDictionary(static pair => pair.Key.ToString(), static pair => pair.Value)), ServeJson.Default.CanMessageResult);
    }

    private Task<Action<Utf8JsonWriter>> Subscribe(SubscribeParams parameters, IRpcSession? session, CancellationToken cancellationToken)
    {
        if (session is null) throw Invalid("Events come on a socket, or from /events.");
        var cursor = CursorOf(parameters.After);
        return Done(new SubscribeResult(session.Subscribe(cursor, parameters.Data == true), cursor.ToString()), ServeJson.Default.SubscribeResult);
    }

    private static async Task<Action<Utf8JsonWriter>> UnsubscribeAsync(UnsubscribeParams parameters, IRpcSession? session, CancellationToken cancellationToken) =>
        Writer(new DoneResult(session is not null && await session.UnsubscribeAsync(parameters.Subscription ?? "")), ServeJson.Default.DoneResult);

    private async Task<Action<Utf8JsonWriter>> SyncAsync(NoParams parameters, IRpcSession? session, CancellationToken cancellationToken)
    {
        await _client.Inbox.SyncAsync(cancellationToken);
        return Writer(ConversationForms.Of(_client, null), CliJson.Default.InboxSyncOutput);
    }

    private Task<Action<Utf8JsonWriter>> Decisions(IEnumerable<ConsentEntry> entries) => Done(
        new ConsentResult([.. entries.Select(entry => new ConsentOutput(entry.Kind.ToString().ToLowerInvariant(), entry.Value, _client.Consent.StateOf(entry).ToString().ToLowerInvariant()))]),
        ServeJson.Default.ConsentResult);

    private async Task<Conversation> GetAsync(string? topic, string? peer, string? conversationId, bool create, CancellationToken cancellationToken)
    {
        if ((topic is null) == (peer is null)) throw Invalid("Name the conversation by topic, or by peer and perhaps conversationId.");
        if (topic is not null)
            return _client.Conversations.Known.FirstOrDefault(conversation => conversation.Topic.Value == topic) ?? throw NoConversation("on that topic");
        var address = Address(peer!);
        var known = _client.Conversations.Known.FirstOrDefault(conversation => conversation.Peer == address && conversation.ConversationId == conversationId);
        if (known is not null) return known;
        return create
            ? await _client.Conversations.NewConversationAsync(address, new NewConversationOptions { ConversationId = conversationId }, cancellationToken)
            : throw NoConversation($"with {address}{(conversationId is null ? "" : " of that id")}");
    }

    private static InspectException NoConversation(string which) => new(ErrorCatalogue.NotFound, $"The account has no conversation {which}.", "conversations.list has all, conversations.open begins one.");

    private static EthereumAddress[] Addresses(IReadOnlyList<string>? texts) => texts is { Count: > 0 and <= AddressesMax }
        ? [.. texts.Select(Address).Distinct()]
        : throw Invalid($"addresses is a list of 1 to {AddressesMax}.");

    private static EthereumAddress Address(string text) => EthereumAddress.TryParse(text, out var address) ? address : throw new XmtpException(ErrorCatalogue.AddressInvalid, "That is no address: 0x and 40 hex digits, all lower case or with a right checksum.");

    private static ConsentState StateOf(string? text) => text switch
    {
        "allowed" => ConsentState.Allowed,
        "denied" => ConsentState.Denied,
        "unknown" => ConsentState.Unknown,
        _ => throw Invalid("What was decided is allowed, denied or unknown."),
    };

    private static int Within(int? given, int max, int usual) => given switch
    {
        null => usual,
        > 0 when given <= max => given.Value,
        _ => throw Invalid($"limit is 1 to {max}."),
    };

    private static RpcMethod Method<T>(JsonTypeInfo<T> type, Func<T, IRpcSession?, CancellationToken, Task<Action<Utf8JsonWriter>>> run) => (parameters, session, cancellationToken) =>
    {
        try
        {
            var parsed = parameters is { } given ? given.Deserialize(type) : JsonSerializer.Deserialize("{}", type);
            return run(parsed ?? throw Invalid("params is an object."), session, cancellationToken);
        }
        catch (JsonException failure)
        {
            throw Invalid(failure.Message);
        }
    };

    private static RpcException Invalid(string why) => new(RpcException.InvalidParams, why);

    private static Task<Action<Utf8JsonWriter>> Done<T>(T value, JsonTypeInfo<T> type) => Task.FromResult(Writer(value, type));

    private static Action<Utf8JsonWriter> Writer<T>(T value, JsonTypeInfo<T> type) => writer => JsonSerializer.Serialize(writer, value, type);
}
