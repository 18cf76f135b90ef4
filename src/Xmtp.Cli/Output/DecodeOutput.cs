using Xmtp.Cli.Content;

namespace Xmtp.Cli.Output;

/// <summary>What bytes are.</summary>
/// <param name="Kind">One of the kinds of <c>xmtp decode --as</c>.</param>
/// <param name="Length">Bytes.</param>
/// <param name="Fields">What they say, by name.</param>
/// <param name="Content">What was written, where it can be read.</param>
/// <param name="Verdicts">What was checked.</param>
/// <param name="Inner">What is inside; null for nothing that can be read.</param>
public sealed record DecodeOutput(
    string Kind, int Length, IReadOnlyDictionary<string, string> Fields, ContentForm? Content, IReadOnlyList<VerdictOutput> Verdicts, DecodeOutput? Inner);
