using System.CommandLine;
using System.CommandLine.Parsing;
using Xmtp.Cryptography;

namespace Xmtp.Cli.Commands;

/// <summary>An account's address on the command line.</summary>
internal static class AddressArgument
{
    public static Argument<EthereumAddress> Required(string description) => new("address")
    {
        Description = description,
        CustomParser = Parse,
    };

    public static Argument<EthereumAddress?> Optional(string description) => new("address")
    {
        Description = description,
        Arity = ArgumentArity.ZeroOrOne,
        CustomParser = result => result.Tokens.Count == 0 ? null : Parse(result),
    };

    public static Argument<EthereumAddress[]> Several(string description) => new("address")
    {
        Description = description,
        Arity = ArgumentArity.OneOrMore,
        CustomParser = result => [.. result.Tokens.Select(token => Parse(token.Value, result))],
    };

    private static EthereumAddress Parse(ArgumentResult result)
    {
        return Parse(result.Tokens.Count == 1 ? result.Tokens[0].Value : "", result);
    }

    private static EthereumAddress Parse(string text, ArgumentResult result)
    {
        if (EthereumAddress.TryParse(text, out var address)) return address;
        result.AddError($"'{text}' is not an address: 0x and 40 hex digits, all lower case or with a right EIP-55 checksum.");
        return default;
    }
}
