using System.Text.Json.Serialization;

namespace Xmtp.ContentTypes;

/// <summary>Points at a transaction on a chain.</summary>
public sealed record TransactionReference
{
    /// <summary>CAIP-2 namespace of the network, for example <c>eip155</c>.</summary>
    [JsonPropertyName("namespace")]
    public string? Namespace { get; init; }

    /// <summary>The network.</summary>
    [JsonPropertyName("networkId")]
    public required NetworkId NetworkId { get; init; }

    /// <summary>Hash of the transaction; empty when the sender stated none.</summary>
    [JsonPropertyName("reference")]
    public string Reference
    {
        get;
        init => field = value ?? string.Empty; // the generated reader sets null where the JSON has nothing
    } = string.Empty;

    /// <summary>What the sender says about it.</summary>
    [JsonPropertyName("metadata")]
    public TransactionMetadata? Metadata { get; init; }

    /// <summary>No values: what people pay stays out of logs.</summary>
    public override string ToString() => "transaction reference";
}
