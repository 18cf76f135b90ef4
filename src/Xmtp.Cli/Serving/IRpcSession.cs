using Xmtp.Client.Inboxes;

namespace Xmtp.Cli.Serving;

/// <summary>A connection that events can be sent to.</summary>
internal interface IRpcSession
{
    /// <summary>Begins to send events.</summary>
    /// <param name="after">The cursor after which.</param>
    /// <param name="withData">Whether files and keys of remote ones are in them.</param>
    /// <returns>The subscription's name.</returns>
    /// <exception cref="RpcException">There are too many already.</exception>
    string Subscribe(InboxCursor after, bool withData);

    /// <summary>Ends a subscription.</summary>
    /// <returns>False when there is none of that name.</returns>
    Task<bool> UnsubscribeAsync(string subscription);
}
