namespace Xmtp.Cli.Nodes;

/// <summary>A node sent entries that do not hold.</summary>
/// <param name="message">What is wrong, to stand after the node's name.</param>
internal sealed class RangeProblemException(string message) : Exception(message);
