using System.Security.Cryptography;
using Microsoft.Extensions.Logging;
using Xmtp.Client.Network;
using Xmtp.Client.Transport;

namespace Xmtp.Client.Nodes;

/// <summary>
/// Asks nodes for the others: once the first call was answered, every few minutes, and soon after a failure. What a node
/// tells is believed as far as the node is: it can lead the client to other nodes, which see ciphertext as it does.
/// </summary>
internal sealed class NodeDiscovery(NodePool pool, bool onlyTls, TimeProvider time, RandomNumberGenerator random, ILogger logger) : IAsyncDisposable
{
    /// <summary>The longest time between two questions; half of it is the shortest when nothing fails.</summary>
    public static readonly TimeSpan Period = TimeSpan.FromMinutes(10);

    /// <summary>The shortest time between two questions.</summary>
    public static readonly TimeSpan PauseMin = TimeSpan.FromSeconds(10);

    private const int NodesPerQuestionMax = 4;

    private readonly CancellationTokenSource _stop = new();
    private readonly Lock _gate = new();
    private TaskCompletionSource _failed = New();
    private Task? _running;

    /// <summary>There is a node to ask.</summary>
    public void NodeAnswered()
    {
        if (Volatile.Read(ref _running) is not null) return;
        lock (_gate)
        {
            if (!_stop.IsCancellationRequested) _running ??= Task.Run(() => RunAsync(_stop.Token));
        }
    }

    /// <summary>What is known may be out of date.</summary>
    public void NodeFailed() => Volatile.Read(ref _failed).TrySetResult();

    public async ValueTask DisposeAsync()
    {
        Task? running;
        lock (_gate)
        {
            _stop.Cancel();
            running = _running;
        }

        if (running is not null) await running.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
    }

    private static TaskCompletionSource New() => new(TaskCreationOptions.RunContinuationsAsynchronously);

    private async Task RunAsync(CancellationToken cancellationToken)
    {
        while (true)
        {
            Volatile.Write(ref _failed, New());
            if (!await TryAskAsync(cancellationToken).ConfigureAwait(false)) NodeFailed();
            await Task.Delay(PauseMin, time, cancellationToken).ConfigureAwait(false);
            try
            {
                await _failed.Task.WaitAsync(Period * (1 + Jitter.Next(random)) / 2, time, cancellationToken).ConfigureAwait(false);
            }
            catch (TimeoutException)
            {
                // Nothing failed.
            }
        }
    }

    /// <returns>False when no node was there to be asked.</returns>
    private async Task<bool> TryAskAsync(CancellationToken cancellationToken)
    {
        var tried = new List<PoolNode>(NodesPerQuestionMax);
        for (var lease = pool.Enter(); lease is not null; lease = tried.Count < NodesPerQuestionMax ? pool.TryEnterOther(tried) : null)
        {
            await using (lease.ConfigureAwait(false))
            {
                try
                {
                    await AskAsync(lease, cancellationToken).ConfigureAwait(false);
                    return true;
                }
                catch (NodeException failure)
                {
                    lease.Failed(failure);
                    ClientLog.DiscoveryFailed(logger, lease.Node.Address, failure);
                    tried.Add(lease.Node);
                }
            }
        }

        return false;
    }

    private async Task AskAsync(NodeLease lease, CancellationToken cancellationToken)
    {
        // A node that does not know this question leaves what others told as it is.
        var told = await lease.Transport.GetPeersAsync(cancellationToken).ConfigureAwait(false);
        lease.Answered();
        if (told is null) return;
        var addresses = NodeAddresses.Select(told, lease.Node.Address, onlyTls);
        await pool.LearnAsync(addresses).ConfigureAwait(false);
        ClientLog.NodesLearnt(logger, lease.Node.Address, addresses.Count);
    }
}
