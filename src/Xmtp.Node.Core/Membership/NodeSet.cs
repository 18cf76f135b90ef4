using System.Collections;
using System.Collections.Frozen;
using Xmtp.Node.Core.Keys;

namespace Xmtp.Node.Core.Membership;

/// <summary>
/// Nodes with a special standing, replaced as a whole while others read: given as <see cref="Network.NetworkOptions.Denied"/> for
/// example, it can change without a restart. After a change <see cref="Network.NetworkService.ReviewMembersAsync"/> applies it to those who are in.
/// </summary>
/// <param name="nodes">The nodes to begin with.</param>
public sealed class NodeSet(IEnumerable<NodeId> nodes) : IReadOnlySet<NodeId>
{
    private volatile FrozenSet<NodeId> _nodes = nodes.ToFrozenSet();

    /// <inheritdoc/>
    public int Count => _nodes.Count;

    /// <summary>Sets all of them.</summary>
    /// <param name="nodes">The nodes from now on.</param>
    public void Replace(IEnumerable<NodeId> nodes) => _nodes = nodes.ToFrozenSet();

    /// <inheritdoc/>
    public bool Contains(NodeId item) => _nodes.Contains(item);

    /// <inheritdoc/>
    public bool IsProperSubsetOf(IEnumerable<NodeId> other) => _nodes.IsProperSubsetOf(other);

    /// <inheritdoc/>
    public bool IsProperSupersetOf(IEnumerable<NodeId> other) => _nodes.IsProperSupersetOf(other);

    /// <inheritdoc/>
    public bool IsSubsetOf(IEnumerable<NodeId> other) => _nodes.IsSubsetOf(other);

    /// <inheritdoc/>
    public bool IsSupersetOf(IEnumerable<NodeId> other) => _nodes.IsSupersetOf(other);

    /// <inheritdoc/>
    public bool Overlaps(IEnumerable<NodeId> other) => _nodes.Overlaps(other);

    /// <inheritdoc/>
    public bool SetEquals(IEnumerable<NodeId> other) => _nodes.SetEquals(other);

    /// <inheritdoc/>
    public IEnumerator<NodeId> GetEnumerator() => ((IEnumerable<NodeId>)_nodes).GetEnumerator();

    /// <inheritdoc/>
    IEnumerator IEnumerable.GetEnumerator() => GetEnumerator();
}
