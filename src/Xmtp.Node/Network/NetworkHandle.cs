using Xmtp.Node.Core.Network;
using Xmtp.Protocol.Errors;

namespace Xmtp.Node.Network;

/// <summary>
/// Where calls find the node's part in the network. The ports are open before it begins, since it has to say which ports they are; and a
/// node that is drained is in no network until it comes back.
/// </summary>
internal sealed class NetworkHandle : IDisposable
{
    private readonly Lock _lock = new();
    private CancellationTokenSource _stopping = new();
    private INetworkService? _service;

    /// <summary>The node's part in the network.</summary>
    /// <exception cref="XmtpException"><see cref="ErrorCatalogue.Unavailable"/>: not yet, or no more.</exception>
    public INetworkService Service
    {
        get => Volatile.Read(ref _service) ?? throw new XmtpException(ErrorCatalogue.Unavailable, "this node is not in its network now");
        set
        {
            lock (_lock)
            {
                if (_stopping.IsCancellationRequested) _stopping = new CancellationTokenSource();
                Volatile.Write(ref _service, value);
            }
        }
    }

    /// <summary>The same, or null: not yet, no more, or the node stands alone.</summary>
    public INetworkService? Current => Volatile.Read(ref _service);

    /// <summary>Cancelled when the node leaves the network: streams end then.</summary>
    public CancellationToken Stopping
    {
        get
        {
            lock (_lock) return _stopping.Token;
        }
    }

    /// <summary>Ends all streams.</summary>
    public void BeginStop()
    {
        CancellationTokenSource stopping;
        lock (_lock)
        {
            Volatile.Write(ref _service, null);
            stopping = _stopping;
        }

        stopping.Cancel();
    }

    /// <inheritdoc/>
    public void Dispose() => _stopping.Dispose();
}
