namespace Xmtp.Cli.Output;

/// <summary>One step of the demo.</summary>
/// <param name="Step">Number, from 1.</param>
/// <param name="What">What happened.</param>
/// <param name="Actor">Who did it: <c>network</c>, a node with its id and addresses, or an account's address.</param>
/// <param name="Topic">Topic of the envelope that the step is about.</param>
/// <param name="Ciphertext">The envelope's message as every node sees it, base64.</param>
/// <param name="Plaintext">What the receiver read.</param>
/// <param name="Nodes">Numbers of the nodes that the step is about: those that hold the envelope or the log, or that are linked.</param>
/// <param name="ElapsedMs">Milliseconds since the start.</param>
public sealed record DemoOutput(
    int Step, string What, string Actor, string? Topic, string? Ciphertext, string? Plaintext, IReadOnlyList<int>? Nodes, long ElapsedMs);
