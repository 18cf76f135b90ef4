using Xmtp.Node.Calls;
using Xmtp.Node.Core;
using Xmtp.Node.Core.Subscriptions;

namespace Xmtp.Node.Methods;

/// <summary>What a caller asks for with <c>xmtp-position</c>, and the answer to it.</summary>
internal static class PositionedReading
{
    private const string New = "new";

    /// <summary>Whether the caller asks for positions.</summary>
    /// <param name="context">The request. A token that says nothing to this node is answered at once.</param>
    /// <param name="from">The position that it states; null when it has none.</param>
    public static bool IsAsked(HttpContext context, out StreamPosition? from)
    {
        from = null;
        if (!context.Request.Headers.TryGetValue(CallMetadata.Position, out var values)) return false;
        var text = values.Count == 1 ? values[0] : string.Empty;
        if (text != New && !StreamPosition.TryParse(text, out from)) CallMetadata.SetHeader(context, CallMetadata.PositionIgnored, "true");
        return true;
    }

    /// <summary>States where the node stands before a query is read, together with where the caller has come to.</summary>
    public static void StateBeforeQuery(HttpContext context, MessageService service)
    {
        if (!IsAsked(context, out var from)) return;
        var stands = service.CurrentPosition;
        CallMetadata.SetHeader(context, CallMetadata.Position, (from?.Union(stands) ?? stands).ToString());
    }

    /// <summary>Opens a live reader, with positions if the caller asks for them.</summary>
    public static ISubscription Open(HttpContext context, MessageService service, IEnumerable<string> topics) =>
        IsAsked(context, out var from) ? State(context, service.Subscribe(topics, from)) : service.Subscribe(topics);

    /// <summary>Opens a live reader of all topics, with positions if the caller asks for them.</summary>
    public static ISubscription OpenAll(HttpContext context, MessageService service) =>
        IsAsked(context, out var from) ? State(context, service.SubscribeAll(from)) : service.SubscribeAll();

    private static ISubscription State(HttpContext context, ISubscription subscription)
    {
        CallMetadata.SetHeader(context, CallMetadata.Position, subscription.Position!.ToString());
        return subscription;
    }
}
