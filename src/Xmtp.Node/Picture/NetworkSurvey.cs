using System.Collections.Concurrent;
using System.Globalization;
using Xmtp.Node.Core.Keys;
using Xmtp.Node.Core.Log;
using Xmtp.Node.Core.Membership;

namespace Xmtp.Node.Picture;

/// <summary>
/// What other nodes say of their links and logs. They are asked in rounds, and only while somebody looks at the picture: a round begins
/// when one is wanted and the last one began long enough ago, so what a round costs does not depend on how many look.
/// </summary>
internal sealed class NetworkSurvey(IViewSource source, TimeProvider time) : IAsyncDisposable
{
    private readonly ConcurrentDictionary<NodeId, AskedView> _asked = new();
    private readonly CancellationTokenSource _stop = new();
    private readonly Lock _lock = new();
    private Task _round = Task.CompletedTask;
    private long? _begun;

    /// <summary>A node that may be asked.</summary>
    public readonly record struct Node(NodeId Id, string Address);

    /// <summary>How the last question to a node ended; null when it was not asked lately.</summary>
    public AskedView? Find(NodeId node) =>
        _asked.TryGetValue(node, out var asked) && time.GetElapsedTime(asked.AskedAt) < PictureLimits.ViewLifetime ? asked : null;

    /// <summary>Begins a round if one is due.</summary>
    /// <param name="nodes">All other nodes that are known.</param>
    /// <param name="known">How far logs go that are held here.</param>
    /// <returns>The round that runs, so that who has nothing to show yet can wait for it.</returns>
    public Task Refresh(IReadOnlyList<Node> nodes, IReadOnlyDictionary<Hash256, LogView> known)
    {
        lock (_lock)
        {
            if (_stop.IsCancellationRequested || !_round.IsCompleted || (_begun is { } begun && time.GetElapsedTime(begun) < PictureLimits.RoundInterval)) return _round;
            _begun = time.GetTimestamp();
            return _round = Task.Run(() => RunAsync(nodes, known), CancellationToken.None);
        }
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        Task round;
        lock (_lock)
        {
            _stop.Cancel();
            round = _round;
        }

        await round.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        _stop.Dispose();
    }

    private async Task RunAsync(IReadOnlyList<Node> nodes, IReadOnlyDictionary<Hash256, LogView> known)
    {
        foreach (var gone in _asked.Keys.Except(nodes.Select(static node => node.Id)).ToList()) _asked.TryRemove(gone, out _);
        var next = nodes.OrderBy(node => _asked.TryGetValue(node.Id, out var asked) ? asked.AskedAt : long.MinValue).Take(PictureLimits.AsksMax);
        var limits = new ParallelOptions { MaxDegreeOfParallelism = PictureLimits.AsksInFlightMax, CancellationToken = _stop.Token };
        await Parallel.ForEachAsync(next, limits, async (node, stop) => _asked[node.Id] = await AskAsync(node, known, stop).ConfigureAwait(false)).ConfigureAwait(false);
    }

    private async Task<AskedView> AskAsync(Node node, IReadOnlyDictionary<Hash256, LogView> known, CancellationToken stop)
    {
        var (at, asked) = (time.GetTimestamp(), time.GetUtcNow());
        using var patience = new CancellationTokenSource(PictureLimits.AnswerPatience, time);
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(stop, patience.Token);
        try
        {
            var (peers, heads) = await source.AskAsync(node.Address, node.Id, limit.Token).ConfigureAwait(false);
            return new AskedView(at, asked, ViewReader.Read(peers, heads, known), null);
        }
        catch (Exception failure) when (failure is IOException or OperationCanceledException && !stop.IsCancellationRequested)
        {
            var why = patience.IsCancellationRequested
                ? string.Create(CultureInfo.InvariantCulture, $"no answer within {PictureLimits.AnswerPatience.TotalSeconds} s")
                : EndpointText.ToPrintable(failure.Message);
            return new AskedView(at, asked, null, why);
        }
    }
}
