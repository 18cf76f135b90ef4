namespace PushServer.Api;

/// <summary>Topics to follow. One that is followed already gets the new keys.</summary>
internal sealed record TopicsRequest(IReadOnlyList<TopicRequest>? Topics);

/// <summary>One topic, and for a V2 conversation the keys that mark its user's own messages.</summary>
internal sealed record TopicRequest(string? Topic, IReadOnlyList<HmacKeyRequest>? HmacKeys);

/// <summary>The key of one 30-day period, base64.</summary>
internal sealed record HmacKeyRequest(long Period, string? Key);
