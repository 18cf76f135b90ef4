using System.Text.Json;
using Xmtp.Node.Core.Keys;
using Xmtp.Node.Core.Log;

namespace Xmtp.Cli.Checks;

/// <summary>One thing that was found.</summary>
/// <param name="Status">How bad it is; <see cref="CheckStatus.Ok"/> for what is only worth knowing.</param>
/// <param name="Kind">What it is about.</param>
/// <param name="Text">In plain words, on one line.</param>
/// <param name="Node">The node it is about.</param>
/// <param name="Log">The log it is about.</param>
internal sealed record CheckReason(CheckStatus Status, CheckKind Kind, string Text, NodeId? Node = null, LogName? Log = null)
{
    /// <summary>The kind as it stands in results.</summary>
    public string KindName => NameOf(Kind);

    /// <summary>A kind as it stands in results.</summary>
    public static string NameOf(CheckKind kind) => JsonNamingPolicy.KebabCaseLower.ConvertName(kind.ToString());
}
