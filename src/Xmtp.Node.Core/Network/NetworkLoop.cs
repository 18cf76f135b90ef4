using System.Threading.Channels;
using Microsoft.Extensions.Logging;

namespace Xmtp.Node.Core.Network;

/// <summary>The one owner of the network's state: steps are done one after the other, in the order in which they were posted.</summary>
internal sealed class NetworkLoop(TimeProvider time, ILogger logger) : IAsyncDisposable
{
    private static readonly TimeSpan s_tick = TimeSpan.FromMilliseconds(100);

    private readonly Channel<Func<ValueTask>> _steps = Channel.CreateUnbounded<Func<ValueTask>>(new UnboundedChannelOptions { SingleReader = true });
    private ITimer? _timer;
    private Task _loop = Task.CompletedTask;
    private int _isTickPosted;

    /// <summary>Begins, with a step about every 100 ms.</summary>
    public void Start(Func<ValueTask> tick)
    {
        _loop = Task.Run(RunAsync);
        _timer = time.CreateTimer(_ => PostTick(tick), null, s_tick, s_tick);
    }

    /// <summary>Has a step done; after the end nothing.</summary>
    public void Post(Func<ValueTask> step) => _steps.Writer.TryWrite(step);

    /// <summary>Has a step done and waits for it.</summary>
    public Task RunAsync(Func<ValueTask> step)
    {
        var done = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        var isPosted = _steps.Writer.TryWrite(async () =>
        {
            try
            {
                await step().ConfigureAwait(false);
            }
            finally
            {
                done.SetResult();
            }
        });
        return isPosted ? done.Task : Task.CompletedTask;
    }

    public async ValueTask DisposeAsync()
    {
        if (_timer is not null) await _timer.DisposeAsync().ConfigureAwait(false);
        _steps.Writer.TryComplete();
        await _loop.ConfigureAwait(false);
    }

    // A step that takes long must not be followed by all the ticks that it delayed.
    private void PostTick(Func<ValueTask> tick)
    {
        if (Interlocked.Exchange(ref _isTickPosted, 1) != 0) return;
        Post(() =>
        {
            Volatile.Write(ref _isTickPosted, 0);
            return tick();
        });
    }

    private async Task RunAsync()
    {
        await foreach (var step in _steps.Reader.ReadAllAsync().ConfigureAwait(false))
        {
            try
            {
                await step().ConfigureAwait(false);
            }
            catch (Exception e)
            {
                // The edge of this loop: whatever a frame or the store did wrong must not end the node's part in the network.
                logger.StepFailed(e);
            }
        }
    }
}
