using Xmtp.Cli.Content;
using Xmtp.Cli.Output;

namespace Xmtp.Cli.Serving;

/// <summary>No parameters.</summary>
internal sealed record NoParams;

/// <summary>Parameters of <c>conversations.list</c>.</summary>
internal sealed record ListParams(string? Consent, int? Limit);

/// <summary>Which conversation: by its topic, or by peer and id.</summary>
internal sealed record ConversationParams(string? Topic, string? Peer, string? ConversationId);

/// <summary>Parameters of <c>messages.list</c>.</summary>
internal sealed record MessagesParams(string? Topic, string? Peer, string? ConversationId, int? Limit, bool? OldestFirst, DateTimeOffset? Start, DateTimeOffset? End, bool? Data);

/// <summary>Parameters of <c>messages.find</c>.</summary>
internal sealed record FindParams(string? Id, bool? Data);

/// <summary>Parameters of <c>messages.send</c>.</summary>
internal sealed record SendParams(string? Topic, string? Peer, string? ConversationId, ContentForm? Content, bool? Wait);

/// <summary>Parameters of <c>consent.set</c>.</summary>
internal sealed record DecideParams(IReadOnlyList<string>? Addresses, string? State);

/// <summary>Parameters that name accounts.</summary>
internal sealed record AddressesParams(IReadOnlyList<string>? Addresses);

/// <summary>Parameters of <c>events.subscribe</c>.</summary>
internal sealed record SubscribeParams(string? After, bool? Data);

/// <summary>Parameters of <c>events.unsubscribe</c>.</summary>
internal sealed record UnsubscribeParams(string? Subscription);

/// <summary>Result of <c>account</c>.</summary>
internal sealed record AccountResult(string Address, string Version);

/// <summary>Result of <c>conversations.list</c>.</summary>
internal sealed record ConversationsResult(IReadOnlyList<ConversationOutput> Conversations);

/// <summary>Result of <c>messages.list</c>.</summary>
internal sealed record MessagesResult(IReadOnlyList<MessageOutput> Messages, bool More);

/// <summary>Result of <c>messages.find</c>.</summary>
internal sealed record FindResult(MessageOutput? Message);

/// <summary>Result of <c>consent.list</c>, <c>consent.get</c> and <c>consent.set</c>.</summary>
internal sealed record ConsentResult(IReadOnlyList<ConsentOutput> Decisions);

/// <summary>Result of <c>contacts.canMessage</c>.</summary>
internal sealed record CanMessageResult(IReadOnlyDictionary<string, bool> Accounts);

/// <summary>Result of <c>events.subscribe</c>.</summary>
internal sealed record SubscribeResult(string Subscription, string Cursor);

/// <summary>Result of what has nothing to tell.</summary>
internal sealed record DoneResult(bool Done);

/// <summary>An event. Those with a cursor are in the store and come again after it; the others tell of now.</summary>
internal sealed record EventForm(string? Subscription, string Type, string? Cursor, MessageOutput? Message, InboxSyncOutput? State);
