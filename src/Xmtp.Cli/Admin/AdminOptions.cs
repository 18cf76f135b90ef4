using System.CommandLine;
using System.CommandLine.Parsing;
using Xmtp.Node.Admin;
using Xmtp.Protocol.Errors;

namespace Xmtp.Cli.Admin;

/// <summary>How a verb finds a node's admin port, and the token for it.</summary>
internal static class AdminOptions
{
    private const string AddressVariable = "XMTP_ADMIN";
    private const string TokenFileVariable = "XMTP_ADMIN_TOKEN_FILE";
    private const string DataDirectoryVariable = "XMTP_DATA_DIR";
    private const string DefaultDataDirectory = "./xmtp-data";
    private static readonly Uri s_default = new("http://localhost:5558");

    /// <summary>The admin port.</summary>
    public static readonly Option<Uri?> Address = new("--admin")
    {
        Description = $"Address of the node's admin port. [default: what {AddressVariable} says, or {s_default.OriginalString}]",
        HelpName = "address",
        CustomParser = ParseAddress,
    };

    /// <summary>The file of the node's token.</summary>
    public static readonly Option<FileInfo?> TokenFile = new("--admin-token-file")
    {
        Description = $"File of the node's token. [default: what {TokenFileVariable} says, or {AdminToken.FileName} in the data directory]",
        HelpName = "path",
    };

    /// <summary>Adds both to a command.</summary>
    public static void AddTo(Command command)
    {
        command.Options.Add(Address);
        command.Options.Add(TokenFile);
    }

    /// <summary>Connects as the command line and the environment say.</summary>
    /// <exception cref="XmtpException"><see cref="ErrorCatalogue.OptionsInvalid"/>: there is no token to show.</exception>
    public static AdminClient Connect(ParseResult parsed)
    {
        var address = parsed.GetValue(Address);
        if (address is null && Environment.GetEnvironmentVariable(AddressVariable) is { Length: > 0 } text)
            address = TryParse(text) ?? throw new XmtpException(ErrorCatalogue.OptionsInvalid, $"The variable {AddressVariable}: '{text}' is no address; give for example {s_default.OriginalString}.");
        return new AdminClient(address ?? s_default, ReadToken(parsed));
    }

    private static string ReadToken(ParseResult parsed)
    {
        var path = parsed.GetValue(TokenFile)?.FullName ?? Variable(TokenFileVariable) ?? Path.Combine(Variable(DataDirectoryVariable) ?? DefaultDataDirectory, AdminToken.FileName);
        try
        {
            return AdminToken.Read(path);
        }
        catch (Exception problem) when (problem is IOException or UnauthorizedAccessException or FormatException)
        {
            throw new XmtpException(ErrorCatalogue.OptionsInvalid, $"The token file {path} cannot be used: {problem.Message} --admin-token-file names another.", problem);
        }
    }

    private static string? Variable(string name) => Environment.GetEnvironmentVariable(name) is { Length: > 0 } text ? text : null;

    private static Uri? ParseAddress(ArgumentResult result)
    {
        var text = result.Tokens.Count == 1 ? result.Tokens[0].Value : "";
        if (TryParse(text) is { } address) return address;
        result.AddError($"--admin: '{text}' is no address; give for example {s_default.OriginalString}, or localhost:5558.");
        return null;
    }

    private static Uri? TryParse(string text) =>
        Uri.TryCreate(text.Contains("://", StringComparison.Ordinal) ? text : $"{Uri.UriSchemeHttp}://{text}", UriKind.Absolute, out var address)
        && (address.Scheme == Uri.UriSchemeHttp || address.Scheme == Uri.UriSchemeHttps) && address.Host.Length > 0 ? address : null;
}
