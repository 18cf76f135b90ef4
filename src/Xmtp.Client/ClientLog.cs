using Microsoft.Extensions.Logging;
using Xmtp.Client.Messages;
using Xmtp.Cryptography;
using Xmtp.Protocol.Errors;

namespace Xmtp.Client;

/// <summary>What the client logs: topics, addresses, counts and times; never content and never keys. Event ids 4000 to 4099.</summary>
internal static partial class ClientLog
{
    [LoggerMessage(4000, LogLevel.Debug, "{Call} failed ({Code}); repeat {Repeat} of {RepeatsMax} in {DelayMs} ms")]
    public static partial void Repeating(ILogger logger, string call, ErrorCode code, double delayMs, int repeat, int repeatsMax);

    [LoggerMessage(4001, LogLevel.Information, "The node refused the publish token; making a new one")]
    public static partial void RenewingToken(ILogger logger);

    [LoggerMessage(4002, LogLevel.Warning, "A stream lost its connection ({Cause}); attempt {Attempt} to reconnect in {DelayMs} ms")]
    public static partial void Reconnecting(ILogger logger, double delayMs, int attempt, string cause);

    [LoggerMessage(4003, LogLevel.Debug, "Could not read {Topics} topics of a stream once more")]
    public static partial void SettlingFailed(ILogger logger, int topics, Exception exception);

    [LoggerMessage(4004, LogLevel.Error, "The application's handler of {What} failed")]
    public static partial void HandlerFailed(ILogger logger, string what, Exception exception);

    [LoggerMessage(4005, LogLevel.Information, "Dropped an envelope on {Topic} of {TimestampNs} ns: {Reason}")]
    public static partial void Dropped(ILogger logger, string topic, ulong timestampNs, DropReason reason);

    [LoggerMessage(4006, LogLevel.Information, "Created an identity for {Account}")]
    public static partial void IdentityCreated(ILogger logger, EthereumAddress account);

    [LoggerMessage(4007, LogLevel.Warning, "Stored keys of {Account} could not be opened; trying older ones")]
    public static partial void KeysUnreadable(ILogger logger, EthereumAddress account, Exception exception);

    [LoggerMessage(4008, LogLevel.Warning, "Another identity of {Account} was stored at the same time; that one counts")]
    public static partial void IdentityOvertaken(ILogger logger, EthereumAddress account);

    [LoggerMessage(4009, LogLevel.Warning, "Keys of {Account} are stored in an old layout, and the new one could not be written")]
    public static partial void UpgradeFailed(ILogger logger, EthereumAddress account, Exception exception);

    [LoggerMessage(4010, LogLevel.Information, "Published the contact of {Account}")]
    public static partial void ContactPublished(ILogger logger, EthereumAddress account);

    [LoggerMessage(4011, LogLevel.Warning, "Allowing {Peer} failed; what was sent to them is sent")]
    public static partial void ImplicitConsentFailed(ILogger logger, EthereumAddress peer, Exception exception);

    [LoggerMessage(4012, LogLevel.Debug, "Could not renew a subscription to {Topics} topics")]
    public static partial void RenewingFailed(ILogger logger, int topics, Exception exception);

    [LoggerMessage(4013, LogLevel.Warning, "Node {Node} failed ({Cause}); avoiding it for {WaitMs} ms")]
    public static partial void AvoidingNode(ILogger logger, Uri node, double waitMs, string cause);

    [LoggerMessage(4014, LogLevel.Information, "Node {Node} answers again")]
    public static partial void NodeIsBack(ILogger logger, Uri node);

    [LoggerMessage(4015, LogLevel.Debug, "Node {Node} told of {Count} nodes")]
    public static partial void NodesLearnt(ILogger logger, Uri node, int count);

    [LoggerMessage(4016, LogLevel.Debug, "Node {Node} could not be asked for the others")]
    public static partial void DiscoveryFailed(ILogger logger, Uri node, Exception exception);

    [LoggerMessage(4017, LogLevel.Debug, "A stream is connected again; its node goes on from its position: {IsContinued}; topics to read: {Topics}")]
    public static partial void Reconnected(ILogger logger, bool isContinued, int topics);

    [LoggerMessage(4040, LogLevel.Error, "The local store is not kept up any more; messages stay on the network")]
    public static partial void SyncFailed(ILogger logger, Exception exception);

    [LoggerMessage(4041, LogLevel.Information, "{Count} messages wait to be sent ({Code}); the next attempt is in {DelayMs} ms")]
    public static partial void OutboxWaits(ILogger logger, int count, double delayMs, ErrorCode code);

    [LoggerMessage(4042, LogLevel.Warning, "A message is sent, and less safe than was asked for ({Code})")]
    public static partial void OutboxLessSafe(ILogger logger, ErrorCode code);

    [LoggerMessage(4043, LogLevel.Warning, "A message was refused for good ({Code}); it stays in the store")]
    public static partial void OutboxRefused(ILogger logger, ErrorCode code);
}
