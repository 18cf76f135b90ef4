namespace Xmtp.TestCluster;

/// <summary>Waits for what other processes bring about, measures how long that took, and fails when they do not.</summary>
public static class Until
{
    private static readonly TimeSpan s_look = TimeSpan.FromMilliseconds(25);

    /// <summary>Returns when a condition holds.</summary>
    /// <param name="condition">The condition; one that throws does not hold.</param>
    /// <param name="patience">How long to wait.</param>
    /// <param name="what">What was waited for.</param>
    /// <returns>How long it took.</returns>
    /// <exception cref="TimeoutException">It took too long.</exception>
    public static async Task<TimeSpan> TrueAsync(Func<Task<bool>> condition, TimeSpan patience, Func<Task<string>> what)
    {
        var started = TimeProvider.System.GetTimestamp();
        while (true)
        {
            Exception? failure = null;
            try
            {
                if (await condition()) return TimeProvider.System.GetElapsedTime(started);
            }
            catch (Exception e) when (e is Grpc.Core.RpcException or IOException)
            {
                // A node that is just starting, or just dying, does not answer.
                failure = e;
            }

            if (TimeProvider.System.GetElapsedTime(started) > patience)
                throw new TimeoutException($"waited {patience.TotalSeconds:0} s in vain for {await DescribeAsync(what)}", failure);
            await Pause.ForAsync(s_look);
        }
    }

    /// <summary>Returns when a condition holds.</summary>
    public static Task<TimeSpan> TrueAsync(Func<Task<bool>> condition, TimeSpan patience, string what) => TrueAsync(condition, patience, () => Task.FromResult(what));

    private static async Task<string> DescribeAsync(Func<Task<string>> what)
    {
        try
        {
            return await what();
        }
        catch (Exception e) when (e is Grpc.Core.RpcException or IOException)
        {
            return $"something that cannot even be described: {e.Message}";
        }
    }
}
