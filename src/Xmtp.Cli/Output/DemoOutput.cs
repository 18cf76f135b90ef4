namespace Xmtp.Cli.Output;

/// <summary>One step of the demo.</summary>
/// <param name="Step">Number, from 1.</param>
/// <param name="What">What happened.</param>
/// <param name="Actor">Who did it: <c>node</c>, <c>network</c>, or an address.</param>
/// <param name="Topic">Topic of the envelope that the step is about.</param>
/// <param name="Ciphertext">The envelope's message as every node sees it, base64.</param>
/// <param name="Plaintext">What the receiver read.</param>
/// <param name="ElapsedMs">Milliseconds since the start.</param>
public sealed record DemoOutput(int Step, string What, string Actor, string? Topic, string? Ciphertext, string? Plaintext, long ElapsedMs);
