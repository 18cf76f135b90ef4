using Xmtp.Cryptography;
using Xmtp.Node.Core;
using Xmtp.Node.Core.Storage;

namespace Xmtp.Node.Hosting;

/// <summary>What a node takes from its surroundings. Programs leave all of it as it is; tests replace parts.</summary>
public sealed record NodeServices
{
    /// <summary>The clock that tokens, limits, deadlines and retention go by.</summary>
    public TimeProvider Time { get; init; } = TimeProvider.System;

    /// <summary>Checks the signatures of publish tokens.</summary>
    public CryptoProvider Cryptography { get; init; } = CryptoProvider.Default;

    /// <summary>Where the node logs instead of the console; not disposed with the node.</summary>
    public ILoggerProvider? Log { get; init; }

    /// <summary>Where envelopes are kept, instead of the store that the options name; disposed with the node.</summary>
    public IEnvelopeStore? Store { get; init; }

    /// <summary>Bounds of the message service.</summary>
    public MessageServiceOptions Messages { get; init; } = new();
}
