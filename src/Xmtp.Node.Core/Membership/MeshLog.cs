using Microsoft.Extensions.Logging;

namespace Xmtp.Node.Core.Membership;

/// <summary>Everything the mesh logs. Event ids 2230 to 2249 are its own. Warnings are what an operator may have to act on.</summary>
internal static partial class MeshLog
{
    [LoggerMessage(2230, LogLevel.Information, "This node is {Node}. It joins network {Network} by {Addresses} bootstrap addresses and {Records} known nodes.")]
    public static partial void MeshStarted(this ILogger logger, string node, string network, int addresses, int records);

    [LoggerMessage(2231, LogLevel.Information, "Linked with node {Node} at {Address}; {Count} links.")]
    public static partial void LinkUp(this ILogger logger, string node, string address, int count);

    [LoggerMessage(2232, LogLevel.Information, "The link with node {Node} at {Address} ended: {Reason}; {Count} links.")]
    public static partial void LinkDown(this ILogger logger, string node, string address, string reason, int count);

    [LoggerMessage(2233, LogLevel.Information, "No link by {Address}: {Reason}. It is tried again, after growing pauses.")]
    public static partial void DialFailed(this ILogger logger, string address, string reason);

    [LoggerMessage(2234, LogLevel.Debug, "No link by {Address} after {Failures} attempts: {Reason}")]
    public static partial void DialFailedAgain(this ILogger logger, string address, int failures, string reason);

    [LoggerMessage(2235, LogLevel.Information, "Refused node {Node} at {Address}: {Reason}.")]
    public static partial void NodeRefused(this ILogger logger, string node, string address, string reason);

    [LoggerMessage(2236, LogLevel.Warning, "Node {Node} at {Address} refused this node: {Reason}.")]
    public static partial void RefusedByNode(this ILogger logger, string node, string address, string reason);

    [LoggerMessage(2237, LogLevel.Information, "Node {Node} is silent here; of {Asked} other nodes {Seen} hear it. Its log comes over them.")]
    public static partial void NodeSilentHere(this ILogger logger, string node, int asked, int seen);

    [LoggerMessage(2238, LogLevel.Warning, "Node {Node} is silent, and none of {Asked} other nodes said that it hears it.")]
    public static partial void NodeSilent(this ILogger logger, string node, int asked);

    [LoggerMessage(2239, LogLevel.Warning, "Two records of node {Node} have the counter {Counter}: two processes seem to have its key. The record that came first counts.")]
    public static partial void RecordConflict(this ILogger logger, string node, ulong counter);

    [LoggerMessage(2240, LogLevel.Error, "Another process, at {Address}, has this node's key; it started {When} than this one. Stop one of them.")]
    public static partial void TwinFound(this ILogger logger, string address, string when);

    [LoggerMessage(2241, LogLevel.Warning, "A record of this node that this process did not make goes round, for {Endpoint}; this node's counter is now {Counter}.")]
    public static partial void OwnCounterPassed(this ILogger logger, string endpoint, ulong counter);

    [LoggerMessage(2242, LogLevel.Information, "Node {Node} left the network.")]
    public static partial void NodeLeft(this ILogger logger, string node);

    [LoggerMessage(2243, LogLevel.Information, "The record of node {Node} ran out; it is forgotten until it comes back.")]
    public static partial void NodeExpired(this ILogger logger, string node);

    [LoggerMessage(2244, LogLevel.Information, "This node itself answers at {Address}; that address leads to no other node.")]
    public static partial void SelfDialled(this ILogger logger, string address);

    [LoggerMessage(2245, LogLevel.Information, "At {Address} node {Actual} answers, not {Expected}.")]
    public static partial void OtherNodeAnswered(this ILogger logger, string address, string actual, string expected);

    [LoggerMessage(2246, LogLevel.Warning, "Cut node {Node} at {Address} off: {Reason}.")]
    public static partial void NodeCutOff(this ILogger logger, string node, string address, string reason);

    [LoggerMessage(2247, LogLevel.Debug, "A record of node {Node} was not taken: {Reason}")]
    public static partial void RecordNotTaken(this ILogger logger, string node, string reason);

    [LoggerMessage(2248, LogLevel.Warning, "This process stood still for {Seconds:0.0} s; other nodes may have given it up meanwhile.")]
    public static partial void StoodStill(this ILogger logger, double seconds);

    [LoggerMessage(2249, LogLevel.Information, "Node {Node} was heard of; it can be dialled at {Address}.")]
    public static partial void NodeAdded(this ILogger logger, string node, string address);

    [LoggerMessage(2270, LogLevel.Information, "Node {Node} was put out; it is not admitted here any more.")]
    public static partial void NodeExpelled(this ILogger logger, string node);
}
