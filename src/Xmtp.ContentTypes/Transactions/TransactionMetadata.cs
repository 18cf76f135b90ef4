using System.Text.Json.Serialization;

namespace Xmtp.ContentTypes;

/// <summary>What the sender says about a transaction. Nothing here is checked against the chain.</summary>
public sealed record TransactionMetadata
{
    /// <summary>For example <c>transfer</c>.</summary>
    [JsonPropertyName("transactionType")]
    public string? TransactionType { get; init; }

    /// <summary>Symbol of the currency or token, for example <c>USDC</c>.</summary>
    [JsonPropertyName("currency")]
    public string? Currency { get; init; }

    /// <summary>Amount in the currency's smallest unit. All clients hold it as a double, so beyond 2^53 it is rounded.</summary>
    [JsonPropertyName("amount")]
    public double? Amount { get; init; }

    /// <summary>How many decimal places the currency has.</summary>
    [JsonPropertyName("decimals")]
    public int? Decimals { get; init; }

    /// <summary>Address that pays.</summary>
    [JsonPropertyName("fromAddress")]
    public string? FromAddress { get; init; }

    /// <summary>Address that is paid.</summary>
    [JsonPropertyName("toAddress")]
    public string? ToAddress { get; init; }

    /// <summary>No values: what people pay stays out of logs.</summary>
    public override string ToString() => "transaction metadata";
}
