using Grpc.Core;

namespace Xmtp.Protocol.Errors;

/// <summary>One kind of failure: its stable id, what it becomes on the wire, and what to do about it.</summary>
/// <param name="Id">Stable, for example <c>XMTP1001</c>.</param>
/// <param name="Name">Short name in words.</param>
/// <param name="Status">Status that a node answers with, or that best describes it in a client.</param>
/// <param name="Retryable">Whether the same call may succeed later, unchanged.</param>
/// <param name="Advice">What the reader can do.</param>
public sealed record ErrorCode(string Id, string Name, StatusCode Status, bool Retryable, string Advice)
{
    /// <summary>Page and anchor that explain this error.</summary>
    public string HelpLink => $"docs/reference/errors.md#{Id.ToLowerInvariant()}";

    /// <inheritdoc/>
    public override string ToString() => Id;
}
