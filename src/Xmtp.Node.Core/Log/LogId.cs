using System.Globalization;

namespace Xmtp.Node.Core.Log;

/// <summary>A log held at this node, by its number here: short for keys of the store, and without meaning anywhere else.</summary>
/// <param name="Value">The number, given in the order in which logs became known here.</param>
public readonly record struct LogId(uint Value)
{
    /// <inheritdoc/>
    public override string ToString() => Value.ToString(CultureInfo.InvariantCulture);
}
