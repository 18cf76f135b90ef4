using Xmtp.Node.Calls;
using Xmtp.Node.Core;

namespace Xmtp.Node.Readiness;

/// <summary>
/// Whether this node should be given work: its store takes writes, it knows how far its own log goes, and it is neither drained nor stopping. Looked at every few seconds, which
/// also brings a failed store back, and whenever somebody asks.
/// </summary>
internal sealed partial class NodeHealth : IAsyncDisposable
{
    private static readonly TimeSpan s_interval = TimeSpan.FromSeconds(5);

    // A disk that takes longer for one commit is no disk to send more work to.
    private static readonly TimeSpan s_patience = TimeSpan.FromSeconds(2);

    private readonly MessageService _service;
    private readonly DrainGate _gate;
    private readonly TimeProvider _time;
    private readonly ILogger _logger;
    private readonly CancellationTokenSource _stopping = new();
    private readonly Task _loop;
    private readonly Lock _lock = new();
    private TaskCompletionSource _changed = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private bool _isStoreHealthy = true;
    private bool _wasReady;

    /// <summary>Begins to watch.</summary>
    public NodeHealth(MessageService service, DrainGate gate, TimeProvider time, ILogger<NodeHealth> logger)
    {
        (_service, _gate, _time, _logger) = (service, gate, time, logger);
        _loop = Task.Run(WatchAsync);
    }

    /// <summary>Cancelled when the node begins to stop.</summary>
    public CancellationToken Stopping => _stopping.Token;

    /// <summary>Whether the store was well when last looked at.</summary>
    public bool IsStoreHealthy => Volatile.Read(ref _isStoreHealthy);

    /// <summary>Whether the node takes work.</summary>
    public bool IsReady => IsStoreHealthy && !IsJoining && !IsDrained && !_stopping.IsCancellationRequested;

    /// <summary>Whether the operator has it take no calls.</summary>
    public bool IsDrained => _gate.IsClosed;

    /// <summary>Whether other nodes are still being asked about the own log, or another process has this node's key.</summary>
    public bool IsJoining => !_service.IsTakingPublishes;

    /// <summary>Completes at the next change of <see cref="IsReady"/>. Take it before reading.</summary>
    public Task Changed
    {
        get
        {
            lock (_lock) return _changed.Task;
        }
    }

    /// <summary>Looks now.</summary>
    /// <returns>Whether the node takes work.</returns>
    public async Task<bool> CheckAsync()
    {
        if (_stopping.IsCancellationRequested) return false;
        using var patience = new CancellationTokenSource(s_patience, _time);
        bool healthy;
        try
        {
            healthy = await _service.CheckStoreAsync(patience.Token).ConfigureAwait(false);
        }
        catch (OperationCanceledException)
        {
            healthy = false;
        }

        SetStoreHealth(healthy);
        var isReady = IsReady;
        if (Interlocked.Exchange(ref _wasReady, isReady) != isReady) SignalChange();
        return isReady;
    }

    /// <summary>Takes no calls from now on, or takes them again.</summary>
    public void SetDrained(bool isDrained)
    {
        _gate.IsClosed = isDrained;
        SignalChange();
    }

    /// <summary>From now on not ready.</summary>
    public void BeginStop()
    {
        _stopping.Cancel();
        SignalChange();
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        BeginStop();
        await _loop.ConfigureAwait(false);
        _stopping.Dispose();
    }

    private async Task WatchAsync()
    {
        using var timer = new PeriodicTimer(s_interval, _time);
        try
        {
            while (await timer.WaitForNextTickAsync(_stopping.Token).ConfigureAwait(false)) await CheckAsync().ConfigureAwait(false);
        }
        catch (OperationCanceledException)
        {
            // The node stops.
        }
    }

    private void SetStoreHealth(bool healthy)
    {
        lock (_lock)
        {
            if (_isStoreHealthy == healthy) return;
            _isStoreHealthy = healthy;
        }

        if (healthy) StoreBack(_logger);
        else StoreDown(_logger);
    }

    private void SignalChange()
    {
        TaskCompletionSource changed;
        lock (_lock)
        {
            changed = _changed;
            _changed = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        }

        changed.TrySetResult();
    }

    [LoggerMessage(2210, LogLevel.Error, "The store does not take writes; the node reports itself not ready until it does.")]
    private static partial void StoreDown(ILogger logger);

    [LoggerMessage(2211, LogLevel.Information, "The store takes writes again; the node is ready.")]
    private static partial void StoreBack(ILogger logger);
}
