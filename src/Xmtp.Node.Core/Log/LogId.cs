using System.Globalization;

namespace Xmtp.Node.Core.Log;

/// <summary>
/// A log held at this node, by its number here. A node's own logs are its writer shards, numbered from 0; the logs of
/// other nodes get the numbers after them.
/// </summary>
/// <param name="Value">The number.</param>
public readonly record struct LogId(uint Value)
{
    /// <inheritdoc/>
    public override string ToString() => Value.ToString(CultureInfo.InvariantCulture);
}
