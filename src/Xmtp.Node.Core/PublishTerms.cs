namespace Xmtp.Node.Core;

/// <summary>What a publish comes with beside its envelopes.</summary>
/// <param name="Token">The serialised publish token it was let in with; kept with envelopes on protected topics, so that other nodes can check it. Empty when the node asks for none.</param>
/// <param name="Peers">How many other nodes must have the envelopes on stable storage before the publish is acknowledged.</param>
/// <param name="PeersPatience">How long to wait for them.</param>
public readonly record struct PublishTerms(ReadOnlyMemory<byte> Token = default, int Peers = 0, TimeSpan PeersPatience = default);
