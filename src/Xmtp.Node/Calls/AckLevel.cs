using System.Globalization;
using Xmtp.Protocol.Errors;

namespace Xmtp.Node.Calls;

/// <summary>What must have happened before a publish is answered.</summary>
/// <param name="IsAsked">Whether the caller said anything about it, and wants to hear what had happened.</param>
/// <param name="Peers">How many other nodes must have the envelopes on stable storage.</param>
internal readonly record struct AckLevel(bool IsAsked, int Peers)
{
    private const string Local = "local";
    private const string PeersPrefix = "peers:";
    private const int PeersMax = 64;

    /// <summary>Reads what the caller asks for.</summary>
    /// <exception cref="XmtpException">It is none of the known levels.</exception>
    public static AckLevel Read(IHeaderDictionary headers)
    {
        if (!headers.TryGetValue(CallMetadata.Ack, out var values)) return default;
        var text = values.Count == 1 ? values[0] : null;
        if (text == Local) return new AckLevel(IsAsked: true, 0);
        if (text?.StartsWith(PeersPrefix, StringComparison.Ordinal) == true
            && int.TryParse(text.AsSpan(PeersPrefix.Length), NumberStyles.None, CultureInfo.InvariantCulture, out var peers) && peers is >= 1 and <= PeersMax)
            return new AckLevel(IsAsked: true, peers);
        throw new XmtpException(ErrorCatalogue.MalformedRequest, $"{CallMetadata.Ack} must be {Local}, or {PeersPrefix} and a number from 1 to {PeersMax}");
    }

    /// <summary>Says what was reached.</summary>
    /// <param name="peers">Other nodes that have the envelopes; 0 when nobody waited for them.</param>
    public static string Format(int peers) => peers == 0 ? Local : string.Create(CultureInfo.InvariantCulture, $"{PeersPrefix}{peers}");
}
