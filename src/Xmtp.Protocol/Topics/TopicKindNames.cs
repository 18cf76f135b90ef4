namespace Xmtp.Protocol.Topics;

/// <summary>The names that metrics and tools show for a <see cref="TopicKind"/>.</summary>
public static class TopicKindNames
{
    /// <summary>The label existing dashboards know, for example <c>v2-conversation</c>.</summary>
    public static string Label(this TopicKind kind) => kind switch
    {
        TopicKind.Test => "test",
        TopicKind.Contact => "contact",
        TopicKind.PrivateStore => "private",
        TopicKind.V1Intro => "v1-intro",
        TopicKind.V1Conversation => "v1-conversation",
        TopicKind.V1ConversationEphemeral => "v1-conversation-ephemeral",
        TopicKind.V2Invite => "v2-invite",
        TopicKind.V2GroupInvite => "v2-group-invite",
        TopicKind.V2Conversation => "v2-conversation",
        TopicKind.V2ConversationEphemeral => "v2-conversation-ephemeral",
        TopicKind.UserPreferences => "userpreferences",
        _ => "invalid",
    };
}
