using System.Collections.Concurrent;
using Xmtp.Node.Core.Keys;

namespace Xmtp.Node.Core.Tests.Storage;

/// <summary>Keys of nodes, the same in every run.</summary>
internal static class TestKeys
{
    private static readonly ConcurrentDictionary<byte, NodeKey> s_keys = new();

    public static NodeKey Node(byte number) => s_keys.GetOrAdd(number, static number =>
    {
        var scalar = new byte[32];
        scalar.AsSpan().Fill(number);
        return NodeKey.FromScalar(scalar);
    });
}
