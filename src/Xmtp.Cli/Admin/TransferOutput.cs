namespace Xmtp.Cli.Admin;

/// <summary>An export, or what was imported of it.</summary>
/// <param name="File">The file.</param>
/// <param name="Node">The node that it was exported from.</param>
/// <param name="Created">When that began, ISO 8601.</param>
/// <param name="Parts">Parts in it; of an import, those that were sent.</param>
/// <param name="Envelopes">Envelopes in it; of an import, those that the node has now.</param>
/// <param name="Refused">Envelopes that the node did not take; 0 for an export.</param>
/// <param name="Bytes">Length of the file.</param>
/// <param name="Sha256">Digest of all its lines.</param>
internal sealed record TransferOutput(string File, string Node, string Created, int Parts, long Envelopes, long Refused, long Bytes, string Sha256);
