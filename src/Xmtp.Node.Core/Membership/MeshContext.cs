using Microsoft.Extensions.Logging;
using Xmtp.Node.Core.Keys;
using Xmtp.Node.Core.Log;
using Xmtp.Node.Core.Network;

namespace Xmtp.Node.Core.Membership;

/// <summary>What all chapters of the mesh share: who this node is, its clock, its dice, and its hands.</summary>
internal sealed class MeshContext(NodeKey key, NetworkOptions options, NodeInstance instance, TimeProvider time, Random random, IMeshActions actions, ILogger logger)
{
    private readonly long _start = time.GetTimestamp();
    private readonly TokenBucket _lines = new(burst: 20, perSecond: 0.1);

    public NodeKey Key => key;

    public NodeId OwnId { get; } = key.Id;

    public NetworkOptions Options => options;

    public NodeInstance Instance => instance;

    public Random Random => random;

    public IMeshActions Actions => actions;

    public ILogger Logger => logger;

    /// <summary>Time that never jumps: for waits.</summary>
    public TimeSpan Now => time.GetElapsedTime(_start);

    /// <summary>What the calendar says: for records.</summary>
    public DateTimeOffset UtcNow => time.GetUtcNow();

    /// <summary>The same in nanoseconds since 1970.</summary>
    public long UtcNs => UtcNow.ToUnixTimeNanoseconds();

    /// <summary>Whether one more line may be logged of those that others can cause at will.</summary>
    public bool MayLog() => _lines.TrySpend(Now);

    /// <summary>A time in 0 … <paramref name="limit"/>, so that nodes which wait for the same do not come at once.</summary>
    public TimeSpan Jitter(TimeSpan limit) => limit * random.NextDouble();
}
