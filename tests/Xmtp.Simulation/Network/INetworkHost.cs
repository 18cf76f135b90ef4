using Xmtp.Node.Core.Keys;
using Xmtp.Protocol.Network.V1;

namespace Xmtp.Simulation.Network;

/// <summary>A process at an address: a correct node or one that only pretends.</summary>
internal interface INetworkHost
{
    /// <summary>Number of the machine.</summary>
    int Index { get; }

    NodePublicKey PublicKey { get; }

    /// <summary>Where it is dialled.</summary>
    string Address { get; }

    /// <summary>Whether it does anything now: a stopped process has open connections and does not answer.</summary>
    bool IsRunning { get; }

    void SessionOpened(SimEnd end);

    void FrameReceived(SimEnd end, byte[] frame);

    void SessionClosed(SimEnd end, string reason);

    /// <summary>Frames of a range, read as they are asked for.</summary>
    IEnumerable<byte[]> ReadRange(NodePublicKey reader, ReadRangeRequest request);
}
