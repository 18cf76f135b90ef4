using Xmtp.Protocol.Errors;

namespace Xmtp.Node.Calls;

/// <summary>Whether clients' calls are taken: not while the node is drained.</summary>
internal sealed class DrainGate
{
    private volatile bool _isClosed;

    /// <summary>Whether no calls are taken.</summary>
    public bool IsClosed
    {
        get => _isClosed;
        set => _isClosed = value;
    }

    /// <summary>Lets a call in.</summary>
    /// <exception cref="XmtpException"><see cref="ErrorCatalogue.Unavailable"/>.</exception>
    public void Enter()
    {
        if (_isClosed) throw new XmtpException(ErrorCatalogue.Unavailable, "This node is drained and takes no calls. Go to another one.");
    }
}
