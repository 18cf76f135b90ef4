using Xmtp.Cryptography;

namespace Xmtp.Bots.Running;

/// <summary>
/// How much of each peer is handled: so many messages at once, and as many again in each window, evenly. Peers that were quiet
/// for a window are forgotten. For one caller at a time.
/// </summary>
internal sealed class PeerRates(int messagesMax, TimeSpan window, TimeProvider time)
{
    // Looking for quiet peers costs time in proportion to all of them, so it is done once in so many messages.
    private const int SweepEvery = 1024;

    private readonly Dictionary<EthereumAddress, (double Left, long Seen, bool IsTold)> _peers = [];
    private int _untilSweep = SweepEvery;

    public int Count => _peers.Count;

    /// <summary>Takes one message of a peer.</summary>
    /// <param name="peer">Who wrote it.</param>
    /// <param name="isFirstRefusal">Whether this is the first one too many in a row, to be told of once.</param>
    /// <returns>Whether to handle it.</returns>
    public bool TryTake(EthereumAddress peer, out bool isFirstRefusal)
    {
        var now = time.GetTimestamp();
        if (--_untilSweep == 0) Sweep(now);
        var known = _peers.TryGetValue(peer, out var state) ? state : (Left: messagesMax, Seen: now, IsTold: false);
        var left = Math.Min(messagesMax, known.Left + (time.GetElapsedTime(known.Seen, now) / window * messagesMax));
        var isTaken = left >= 1;
        isFirstRefusal = !isTaken && !known.IsTold;
        _peers[peer] = (isTaken ? left - 1 : left, now, !isTaken);
        return isTaken;
    }

    private void Sweep(long now)
    {
        _untilSweep = SweepEvery;
        foreach (var (peer, state) in _peers)
        {
            if (time.GetElapsedTime(state.Seen, now) >= window) _peers.Remove(peer);
        }
    }
}
