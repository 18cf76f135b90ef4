using System.Globalization;
using Xmtp.Protocol.Errors;

namespace Xmtp.Node.Core;

/// <summary>Envelopes are stored here, and not yet on as many other nodes as the publisher asked for.</summary>
public sealed class AcknowledgementException : XmtpException
{
    /// <summary>Says how far it came.</summary>
    /// <param name="reached">Nodes that have them, beside this one.</param>
    /// <param name="asked">Nodes asked for.</param>
    public AcknowledgementException(int reached, int asked)
        : base(ErrorCatalogue.AcknowledgementNotReached, string.Create(CultureInfo.InvariantCulture, $"stored here and on {reached} other nodes, {asked} were asked for; it will spread, and publishing it again is harmless"))
        => Reached = reached;

    /// <summary>Nodes that have them, beside this one.</summary>
    public int Reached { get; }
}
