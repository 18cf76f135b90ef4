using Xmtp.Client.Transport;

namespace Xmtp.Client.Nodes;

/// <summary>One node of a <see cref="NodePool"/>: its transport, made when it is first needed, and how it has fared. Guarded by the pool.</summary>
internal sealed class PoolNode(Uri address, Func<Uri, INodeTransport> connect)
{
    private INodeTransport? _transport;

    public Uri Address => address;

    /// <summary>Failures since it last answered.</summary>
    public int Failures { get; private set; }

    /// <summary>Until when it is avoided, as a timestamp of the pool's clock; counts only after a failure.</summary>
    public long AvoidedUntil { get; private set; }

    /// <summary>Told from the time a call began: many that fail at once are one failure.</summary>
    public int Version { get; private set; }

    /// <summary>Somebody is finding out whether it works again.</summary>
    public bool IsTried { get; set; }

    /// <summary>Calls and subscriptions that use it.</summary>
    public int Users { get; set; }

    /// <summary>No longer in the pool.</summary>
    public bool IsRemoved { get; set; }

    public INodeTransport Transport => _transport ??= connect(address);

    public bool IsHealthy(long now) => Failures == 0 || (now >= AvoidedUntil && !IsTried);

    public void Answered() => Failures = 0;

    public void Failed(long avoidedUntil)
    {
        Failures++;
        Version++;
        AvoidedUntil = avoidedUntil;
    }

    /// <summary>The transport to dispose, once nobody uses the node any more; null when there is none.</summary>
    public INodeTransport? TakeTransport()
    {
        var transport = _transport;
        _transport = null;
        return transport;
    }
}
