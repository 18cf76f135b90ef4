using System.Globalization;
using System.Text.Json.Serialization;

namespace Xmtp.ContentTypes;

/// <summary>Which network a transaction is on: a chain id as number, or a text. Which of the two it is survives a round trip.</summary>
[JsonConverter(typeof(NetworkIdConverter))]
public readonly record struct NetworkId
{
    private readonly string? _text;

    /// <summary>A chain id, for example 1 for Ethereum's main network.</summary>
    public NetworkId(long number) => Number = number;

    /// <summary>A text, for example <c>0x14a33</c>.</summary>
    public NetworkId(string text)
    {
        ArgumentNullException.ThrowIfNull(text);
        _text = text;
    }

    /// <summary>The number; 0 when it is a text.</summary>
    public long Number { get; }

    /// <summary>The text; null when it is a number.</summary>
    public string? Text => _text;

    /// <summary>Takes a chain id.</summary>
    public static implicit operator NetworkId(long number) => FromInt64(number);

    /// <summary>Takes a text.</summary>
    public static implicit operator NetworkId(string text) => FromString(text);

    /// <summary>Takes a chain id.</summary>
    public static NetworkId FromInt64(long number) => new(number);

    /// <summary>Takes a text.</summary>
    public static NetworkId FromString(string text) => new(text);

    /// <summary>The number in decimal, or the text.</summary>
    public override string ToString() => _text ?? Number.ToString(CultureInfo.InvariantCulture);
}
