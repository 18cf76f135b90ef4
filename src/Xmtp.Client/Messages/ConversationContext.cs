using System.Collections.ObjectModel;
using Proto = Xmtp.Protocol.MessageContents;

namespace Xmtp.Client.Messages;

/// <summary>What an application says about a conversation, on the wire. An absent id and an empty one mean the same, since releases differ in which they write.</summary>
internal static class ConversationContext
{
    public static string? Id(Proto.InvitationV1.Types.Context? context) =>
        string.IsNullOrEmpty(context?.ConversationId) ? null : context.ConversationId;

    public static IReadOnlyDictionary<string, string> Metadata(Proto.InvitationV1.Types.Context? context) =>
        context is { Metadata.Count: > 0 } ? new Dictionary<string, string>(context.Metadata) : ReadOnlyDictionary<string, string>.Empty;

    /// <summary>Null when there is nothing to say.</summary>
    public static Proto.InvitationV1.Types.Context? ToProto(string? conversationId, IReadOnlyDictionary<string, string>? metadata)
    {
        if (string.IsNullOrEmpty(conversationId) && metadata is not { Count: > 0 }) return null;
        var context = new Proto.InvitationV1.Types.Context { ConversationId = conversationId ?? string.Empty };
        foreach (var (name, value) in metadata ?? ReadOnlyDictionary<string, string>.Empty) context.Metadata.Add(name, value);
        return context;
    }
}
