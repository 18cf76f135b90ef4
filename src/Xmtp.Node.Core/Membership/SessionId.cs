using System.Globalization;

namespace Xmtp.Node.Core.Membership;

/// <summary>One connection to another node, from its first frame to its end; a later one to the same node has another number.</summary>
/// <param name="Value">The number, given by the transport, each once in the life of the process.</param>
internal readonly record struct SessionId(long Value)
{
    public override string ToString() => Value.ToString(CultureInfo.InvariantCulture);
}
