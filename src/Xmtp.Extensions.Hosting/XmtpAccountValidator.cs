using Microsoft.Extensions.Options;
using Xmtp.Client.Transport;
using Xmtp.Identity;

namespace Xmtp.Extensions.Hosting;

/// <summary>Says of every wrong option where it stands, what is wrong and what would be right. Never shows a key.</summary>
internal sealed class XmtpAccountValidator : IValidateOptions<XmtpAccountOptions>
{
    public ValidateOptionsResult Validate(string? name, XmtpAccountOptions options)
    {
        var section = XmtpAccountOptions.SectionOf(name ?? "");
        List<string> problems = [.. NodeProblems(options), .. KeyProblems(options), .. OtherProblems(options)];
        return problems.Count == 0 ? ValidateOptionsResult.Success : ValidateOptionsResult.Fail(problems.Select(problem => $"{section}:{problem}"));
    }

    private static IEnumerable<string> NodeProblems(XmtpAccountOptions options)
    {
        for (var i = 0; i < options.Nodes.Count; i++)
        {
            if (!Uri.TryCreate(options.Nodes[i], UriKind.Absolute, out var node) || (node.Scheme != Uri.UriSchemeHttp && node.Scheme != Uri.UriSchemeHttps))
                yield return $"Nodes:{i}: '{options.Nodes[i]}' is no node address; give http://host:port, or https:// for TLS.";
        }
    }

    private static IEnumerable<string> KeyProblems(XmtpAccountOptions options)
    {
        // A wallet from code counts more than what a configuration says.
        if (options.Wallet is not null) yield break;
        var (hasKey, hasFile) = (!string.IsNullOrWhiteSpace(options.PrivateKey), !string.IsNullOrWhiteSpace(options.PrivateKeyFile));
        if (!hasKey && !hasFile) yield return $"{nameof(options.PrivateKey)}: no key; set this, or {nameof(options.PrivateKeyFile)} to the path of a file that holds it.";
        if (hasKey && hasFile) yield return $"{nameof(options.PrivateKey)}: {nameof(options.PrivateKeyFile)} is set too; remove one of them.";
        if (hasKey && !IsKey(options.PrivateKey)) yield return $"{nameof(options.PrivateKey)}: no private key; give 64 hex digits.";
        if (hasFile && !options.CreatePrivateKeyFile && !File.Exists(options.PrivateKeyFile))
            yield return $"{nameof(options.PrivateKeyFile)}: there is no file '{options.PrivateKeyFile}'; create it, or set {nameof(options.CreatePrivateKeyFile)}.";
        if (!hasFile && options.CreatePrivateKeyFile)
            yield return $"{nameof(options.CreatePrivateKeyFile)}: which file is not said; set {nameof(options.PrivateKeyFile)}.";
    }

    private static bool IsKey(string? text)
    {
        if (!PrivateKeyWallet.TryParse(text, out var wallet)) return false;
        wallet.Dispose();
        return true;
    }

    private static IEnumerable<string> OtherProblems(XmtpAccountOptions options)
    {
        if (string.IsNullOrWhiteSpace(options.StorePath) != string.IsNullOrWhiteSpace(options.StoreKeyFile))
            yield return $"{nameof(options.StorePath)}: goes with {nameof(options.StoreKeyFile)}; set both or none.";
        if (options.Acknowledgement is { } level && !AckLevel.TryParse(level, null, out _))
            yield return $"{nameof(options.Acknowledgement)}: '{level}' is no acknowledgement level; give local or peers:N.";
        if (options.RequestTimeout <= TimeSpan.Zero)
            yield return $"{nameof(options.RequestTimeout)}: {options.RequestTimeout} is no time to wait; give for example 00:00:30.";
        if (options.AppVersion is { } version && version.Any(static character => character is < ' ' or > '~'))
            yield return $"{nameof(options.AppVersion)}: has characters that no header can hold; give ASCII text such as shop/1.0.";
        if (options.Transport is { } kind && !Enum.IsDefined(kind))
            yield return $"{nameof(options.Transport)}: {kind} is no wire; give {nameof(TransportKind.Grpc)} or {nameof(TransportKind.GrpcWeb)}.";
    }
}
