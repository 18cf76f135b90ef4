namespace Xmtp.Node.Admin;

/// <summary>How a node is, in the form of <c>docs/reference/admin.md</c>.</summary>
internal sealed record NodeStatus(
    string Node,
    string Network,
    string Software,
    string State,
    string Started,
    long UptimeSeconds,
    int Calls,
    int Streams,
    StorePart Store,
    PeersPart Peers,
    string LogLevel,
    string? Busy);

/// <summary>The store.</summary>
internal sealed record StorePart(string Kind, bool Healthy, long Envelopes, int Logs, ulong Entries, long? Bytes, long? FreeBytes);

/// <summary>The other nodes.</summary>
internal sealed record PeersPart(int Known, int Linked, int Suspect);

/// <summary>What draining took.</summary>
internal sealed record DrainAnswer(string State, int CallsFinished, int CallsLeft, int StreamsClosed, long TookMs);

/// <summary>The state after a change of it.</summary>
internal sealed record StateAnswer(string State);

/// <summary>What a compaction gave back.</summary>
internal sealed record CompactAnswer(long BytesBefore, long BytesAfter, long TookMs);

/// <summary>How long envelopes are kept.</summary>
internal sealed record RetentionAnswer(string XmtpTopics, string OtherTopics);

/// <summary>A change of it; what is absent stays.</summary>
internal sealed record RetentionChange(string? XmtpTopics, string? OtherTopics);

/// <summary>What a round of removal did.</summary>
internal sealed record RemovedAnswer(int Removed, long TookMs);

/// <summary>The rate limits.</summary>
internal sealed record LimitsAnswer(bool Enabled, bool Loopback, int RequestsPerMinute, int RequestsCapacity, int PublishesPerMinute, int PublishesCapacity);

/// <summary>A change of them; what is absent stays.</summary>
internal sealed record LimitsChange(
    bool? Enabled, bool? Loopback, int? RequestsPerMinute, int? RequestsCapacity, int? PublishesPerMinute, int? PublishesCapacity);

/// <summary>All lists.</summary>
internal sealed record ListsAnswer(IReadOnlyList<ListSummary> Lists);

/// <summary>A list without its entries.</summary>
internal sealed record ListSummary(string Name, string? File, int Count);

/// <summary>A list.</summary>
internal sealed record ListAnswer(string Name, string? File, int Count, IReadOnlyList<string> Entries);

/// <summary>A change of a list.</summary>
internal sealed record ListChange(IReadOnlyList<string>? Add, IReadOnlyList<string>? Remove);

/// <summary>What was changed of a list.</summary>
internal sealed record ListChanged(string Name, IReadOnlyList<string> Added, IReadOnlyList<string> Removed, int Count);

/// <summary>The log level, both ways.</summary>
internal sealed record LevelForm(string Level);

/// <summary>What was imported.</summary>
internal sealed record ImportAnswer(int Parts, long Envelopes, long Refused);

/// <summary>Why a request failed; the same as the command's failures.</summary>
internal sealed record AdminFailure(string Code, string Message, string Advice, bool Retryable);
