namespace Xmtp.TestCluster;

/// <summary>Time that has to pass because the thing under test is time: a slow link, a fault that lasts.</summary>
public static class Pause
{
    /// <summary>Returns after a time.</summary>
    public static async Task ForAsync(TimeSpan time, CancellationToken cancellationToken = default)
    {
        await new TaskCompletionSource().Task.WaitAsync(time, TimeProvider.System, cancellationToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        cancellationToken.ThrowIfCancellationRequested();
    }
}
