using Xmtp.Protocol.Errors;

namespace Xmtp.Node.Options;

/// <summary>Options that a node cannot start with. All of them are reported, not only the first.</summary>
public sealed class NodeOptionsException : XmtpException
{
    /// <summary>Reports <paramref name="errors"/>.</summary>
    /// <param name="errors">One sentence per problem, each naming its option.</param>
    public NodeOptionsException(IReadOnlyList<string> errors)
        : base(ErrorCatalogue.OptionsInvalid, string.Join(Environment.NewLine, errors)) => Errors = errors;

    /// <summary>One sentence per problem.</summary>
    public IReadOnlyList<string> Errors { get; }
}
