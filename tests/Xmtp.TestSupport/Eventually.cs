using Xunit;

namespace Xmtp.TestSupport;

/// <summary>Waits for what other tasks, threads or processes bring about, and fails when they do not.</summary>
public static class Eventually
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);
    private static readonly TimeSpan Look = TimeSpan.FromMilliseconds(2);

    /// <summary>Returns when a condition holds.</summary>
    public static Task TrueAsync(Func<bool> condition, string what = "the condition to hold") =>
        TrueAsync(() => Task.FromResult(condition()), what);

    /// <summary>Returns when a condition holds.</summary>
    public static async Task TrueAsync(Func<Task<bool>> condition, string what = "the condition to hold")
    {
        var started = TimeProvider.System.GetTimestamp();
        using var look = new PeriodicTimer(Look);
        while (!await condition())
        {
            if (TimeProvider.System.GetElapsedTime(started) > Patience) Assert.Fail($"waited in vain for {what}");
            await look.WaitForNextTickAsync(TestContext.Current.CancellationToken);
        }
    }

    /// <summary>Returns when a value is the expected one.</summary>
    public static async Task EqualAsync<T>(T expected, Func<Task<T>> read)
    {
        var started = TimeProvider.System.GetTimestamp();
        using var look = new PeriodicTimer(Look);
        while (true)
        {
            var actual = await read();
            if (EqualityComparer<T>.Default.Equals(expected, actual)) return;
            if (TimeProvider.System.GetElapsedTime(started) > Patience) Assert.Equal(expected, actual);
            await look.WaitForNextTickAsync(TestContext.Current.CancellationToken);
        }
    }
}
