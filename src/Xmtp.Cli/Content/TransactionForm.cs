using Xmtp.ContentTypes;

namespace Xmtp.Cli.Content;

/// <summary>A transaction on a blockchain.</summary>
/// <param name="NetworkId">Of the chain; digits alone are sent as a number.</param>
/// <param name="Reference">The transaction, usually its hash.</param>
/// <param name="Namespace">Family of chains, for example <c>eip155</c>.</param>
/// <param name="Metadata">For showing.</param>
public sealed record TransactionForm(string NetworkId, string Reference, string? Namespace = null, TransactionMetadata? Metadata = null)
{
    /// <summary>Says nothing of what was written.</summary>
    public override string ToString() => nameof(TransactionForm);
}
